{
  description = "What the people of the laboratory see";

  inputs.lib.url = "github:nixlab/lib";
  inputs.tools.url = "github:toolsmith/tools";

  outputs =
    { self, lib, tools }:
    {
      profile = "home @version@ on ${lib.release}, with ${tools.deploy}";
    };
}
