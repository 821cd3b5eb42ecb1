{
  description = "Keeps the flake.lock of a Nix repository up to date, proves every update, and lets nothing else through";

  inputs.nixpkgs.url = "github:nixos/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];
      perSystem = build: nixpkgs.lib.genAttrs systems (system: build nixpkgs.legacyPackages.${system});

      # The packages of pyproject.toml, as nixpkgs names them; the action itself uses requirements/run.txt.
      python =
        pkgs:
        pkgs.python3.withPackages (packages: [
          packages.gitpython
          packages.jinja2
          packages.msgspec
          packages.pydantic
          packages.pydantic-settings
          packages.pygithub
          packages.python-gnupg
          packages.requests
          packages.rich
          packages.tenacity
          packages.urllib3
        ]);
    in
    {
      # `nix develop`: what scripts/setup would otherwise look for on the system.
      devShells = perSystem (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.gh
            pkgs.git
            pkgs.gnupg
            pkgs.nix
            pkgs.python3
          ];
        };
      });

      # What flakebot checks of an update of this repository: the commands still start with these packages.
      checks = perSystem (pkgs: {
        starts = pkgs.runCommand "flakebot-starts" { nativeBuildInputs = [ (python pkgs) pkgs.git ]; } ''
          cd ${self}
          for command in "" update propose approve merge verify diff whoami; do
            python -B -m flakebot $command --help >>$out
          done
          # --help loads little; everything else has to be found here as well.
          find flakebot -name '*.py' -not -path '*rehearsal*' -not -name '__main__.py' |
            sed 's,/__init__,,; s,[.]py$,,; s,/,.,g; s,^,import ,' | sort | python -B -
        '';
      });
    };
}
