# shellcheck shell=sh disable=SC2154  # Nix sets what the derivation names
# The laboratory's own check: every option that a machine sets must exist in this release of lib.
case " $options " in
  *" web.workers "*) ;;
  *)
    echo "machines/web sets web.workers, but release $release of lib has no such option"
    exit 1
    ;;
esac
read -r wallpaper <"$art/wallpaper.txt"
echo "$profile; $deploy; $wallpaper" >"$out"
