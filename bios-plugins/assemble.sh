#!/bin/sh
# Assembles the images of all plugins, or of those named: ./assemble.sh [vga-rom ...]
# Needs nasm, od and awk. The images are committed; the Maven build only compares them.
#
# An option ROM carries a byte that makes the sum of the image 0. It is found by assembling twice:
# with CHECKSUM=0, and with what then is missing.
set -eu
cd "$(dirname "$0")"

assemble() { # plugin, main source, image, checksum
  nasm -f bin -w+all -I include/ -I "$1/src/main/nasm/" -D CHECKSUM="$4" \
    -o "$1/src/main/resources/$3" "$1/src/main/nasm/$2"
}

missing() { # image
  od -An -v -tu1 "$1" |
    awk '{ for (i = 1; i <= NF; i++) sum += $i } END { print (256 - sum % 256) % 256 }'
}

option_rom() { # plugin, main source, image
  mkdir -p "$1/src/main/resources/rom"
  assemble "$1" "$2" "$3" 0
  assemble "$1" "$2" "$3" "$(missing "$1/src/main/resources/$3")"
}

program() { # plugin, main source, image
  mkdir -p "$1/src/main/resources/program"
  assemble "$1" "$2" "$3" 0
}

boot_image() { # plugin, name
  mkdir -p "$1/src/main/resources/boot"
  assemble "$1" "$2.asm" "boot/$2.bin" 0
}

[ $# -gt 0 ] || set -- vga-rom system-services checksum32 boot-media
for plugin; do
  case $plugin in
    vga-rom) option_rom vga-rom vga.asm rom/vga.bin ;;
    system-services) option_rom system-services system.asm rom/system.bin ;;
    checksum32) program checksum32 checksum32.asm program/checksum32.bin ;;
    boot-media) for image in sector disk firmware kernel; do boot_image boot-media "$image"; done ;;
    *) echo "assemble.sh: no plugin $plugin here" >&2; exit 2 ;;
  esac
done
