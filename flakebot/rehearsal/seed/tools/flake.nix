{
  description = "The tools that put a machine into service";

  outputs =
    { self }:
    {
      deploy = "deploy @version@";
    };
}
