{
  description = "Services of a home laboratory, each of them a flake of its own";

  inputs = {
    @inputs@
  };

  outputs =
    { self, ... }@inputs:
    let
      services = map (name: inputs.${name}.service) [ @services@ ];
      # Ports on which something else listens.
      taken = [ 22 ];
      listening = port: map (service: service.name) (builtins.filter (service: service.port == port) services);
      place =
        service:
        if builtins.elem service.port taken || builtins.length (listening service.port) > 1 then
          throw "port ${toString service.port} is taken: ${toString (listening service.port)} cannot listen there"
        else
          "${service.name}:${toString service.port}";
      # A part of the laboratory has a flake of its own, in a folder of this one.
      parts = builtins.concatLists (map (name: inputs.${name}.places) [ @parts@ ]);
    in
    {
      places = map place services;

      checks."@system@" = {
        # Fails when it is evaluated.
        ports = derivation {
          name = "ports";
          system = "@system@";
          builder = "/bin/sh";
          args = [ "-c" "echo $places >$out" ];
          places = map place services ++ parts;
        };
        # Fails when it is built.
        start = derivation {
          name = "start";
          system = "@system@";
          builder = "/bin/sh";
          args = [ "-e" "-c" (builtins.concatStringsSep "\n" (map (service: service.start) services ++ [ "echo up >$out" ])) ];
        };
      };
    };
}
