#!/usr/bin/env python3
"""Checks files against the time-stamp beside this script. Needs Python 3 alone, and openssl for the last step.
Usage: python3 check.py [FOLDER-WITH-THE-FILES]      exit 0: everything holds; 1: something does not; 2: not everything was checked"""
import hashlib, json, os, shutil, subprocess, sys

here = os.path.dirname(os.path.abspath(__file__))
folder = sys.argv[1] if len(sys.argv) > 1 else None
with open(os.path.join(here, "proofs.json"), encoding="utf-8") as f:
    proofs = json.load(f)
name = proofs["algorithm"]
bad = unchecked = 0

def join(values):  # RFC 4998: one value stands for itself; several are sorted as bytes, joined and digested
    return values[0] if len(values) == 1 else hashlib.new(name, b"".join(sorted(values))).digest()

for item in proofs["files"]:
    leaf, lists = bytes.fromhex(item["leaf"]), [[bytes.fromhex(v) for v in l] for l in item["reducedHashTree"]]
    value, said = leaf, []
    if lists:
        if leaf not in lists[0]:
            said.append("DIGEST NOT IN ITS TREE")
        value = join(lists[0])
        for l in lists[1:]:
            value = join(l + [value])
    if value.hex() != proofs["root"]:
        said.append("PATH DOES NOT LEAD TO THE ROOT")
    if folder is None:
        unchecked += 1
    else:
        try:
            digest = hashlib.new(name)
            with open(os.path.join(folder, *item["path"].split("/")), "rb") as f:
                for piece in iter(lambda: f.read(1 << 20), b""):
                    digest.update(piece)
            if digest.digest() != leaf:
                said.append("FILE DIFFERS FROM ITS DIGEST")
        except OSError as error:
            said.append("FILE CANNOT BE READ: %s" % error.strerror)
    bad += bool(said)
    print("%-4s %s%s" % ("BAD" if said else "ok", item["path"], "  " + "; ".join(said) if said else ""))

if shutil.which("openssl"):
    done = subprocess.run(["openssl", "ts", "-verify", "-digest", proofs["root"], "-in", os.path.join(here, "token.tsr"),
                           "-CAfile", os.path.join(here, "tsa-chain.pem")], capture_output=True, text=True)
    holds = done.returncode == 0 and "Verification: OK" in done.stdout + done.stderr
    bad += not holds
    print("%-4s time-stamp over the root, %s" % ("ok" if holds else "BAD", proofs["time"]))
else:
    unchecked += 1
    print("?    time-stamp not checked: openssl is not installed")
sys.exit(1 if bad else 2 if unchecked else 0)
