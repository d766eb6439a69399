#!/bin/sh
# Assembles the guests of the tests into the test resources; needs NASM. The results are committed.
set -eu
cd "$(dirname "$0")"
for source in *.asm; do
  nasm -f bin -I ../../main/nasm/ -o "../resources/dev/biosgateway/kexec/guest/${source%.asm}.bin" "$source"
done
