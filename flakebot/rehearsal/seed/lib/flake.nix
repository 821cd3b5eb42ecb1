{
  description = "What every machine of the laboratory shares";

  outputs =
    { self }:
    {
      release = "@release@";
      options = "@options@";
    };
}
