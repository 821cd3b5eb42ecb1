{
  description = "The machines of a home laboratory";

  inputs = {
    lib.url = "github:nixlab/lib";
    home = {
      url = "github:nixlab/home";
      inputs.lib.follows = "lib";
    };
    tools.url = "github:toolsmith/tools/stable";
    art = {
      url = "github:nixlab/art";
      flake = false;
    };
  };

  outputs =
    { self, lib, home, tools, art }:
    {
      checks."@system@".machines = derivation {
        name = "machines";
        system = "@system@";
        builder = "/bin/sh";
        args = [ "-c" (builtins.readFile ./check.sh) ];
        inherit (lib) release options;
        inherit (home) profile;
        inherit (tools) deploy;
        inherit art;
      };
    };
}
