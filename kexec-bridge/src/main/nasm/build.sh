#!/bin/sh
# Assembles every guest image of this module into the resources; needs NASM. The results are
# committed: the Maven build does not run this, a test compares where NASM is installed.
set -eu
cd "$(dirname "$0")"
for source in *.asm; do
  nasm -f bin -o "../resources/dev/biosgateway/kexec/guest/${source%.asm}.bin" "$source"
done
