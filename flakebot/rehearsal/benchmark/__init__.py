"""How long flakebot takes and how much memory it needs, in figures that scripts/bench prints. Judges none of them."""
