# The little of nixpkgs that flake.nix uses, on the tools of this machine: @path@ is their PATH.
{
  outputs =
    { self }:
    let
      packages = system: {
        gh = "gh";
        git = "git";
        gnupg = "gnupg";
        nix = "nix";
        python3.withPackages =
          choose:
          choose {
            gitpython = "gitpython";
            jinja2 = "jinja2";
            msgspec = "msgspec";
            pydantic = "pydantic";
            pydantic-settings = "pydantic-settings";
            pygithub = "pygithub";
            python-gnupg = "python-gnupg";
            requests = "requests";
            rich = "rich";
            tenacity = "tenacity";
            urllib3 = "urllib3";
          };
        mkShell =
          { packages }:
          derivation {
            name = "shell";
            inherit system;
            builder = "/bin/sh";
          };
        runCommand =
          name: attributes: script:
          derivation {
            inherit name system;
            PATH = "@path@";
            builder = "/bin/sh";
            args = [ "-ec" script ];
          };
      };
    in
    {
      lib.genAttrs =
        names: build:
        builtins.listToAttrs (
          map (name: {
            inherit name;
            value = build name;
          }) names
        );
      legacyPackages = self.lib.genAttrs [ "x86_64-linux" "aarch64-linux" "aarch64-darwin" ] packages;
    };
}
