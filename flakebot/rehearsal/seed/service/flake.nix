{
  description = "One service of the laboratory";

  outputs =
    { self }:
    {
      service = {
        name = "@name@";
        version = "@version@";
        @setting@ = @port@;
        start = ''@start@'';
      };
    };
}
