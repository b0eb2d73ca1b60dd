#!/usr/bin/env python3
"""Checks entries of the audit log against its time-stamped head (RFC 9162, RFC 4998). Needs Python 3 alone, and openssl for the last step.
Usage: python3 check_audit.py      exit 0: everything holds; 1: something does not; 2: not everything was checked"""
import hashlib, json, os, shutil, subprocess, sys

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "audit")
with open(os.path.join(here, "proofs.json"), encoding="utf-8") as f:
    log = json.load(f)
with open(os.path.join(here, "head.bin"), "rb") as f:
    head = f.read()
bad = unchecked = 0

def tell(said, what):
    global bad
    bad += bool(said)
    print("%-4s %s%s" % ("BAD" if said else "ok", what, "  " + "; ".join(said) if said else ""))

def digest(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def root(leaf, index, size, proof):  # RFC 9162 section 2.1.3.2
    first, last, value = index, size - 1, leaf
    for p in proof:
        if last == 0:
            return None
        if first & 1 or first == last:
            value = digest(b"\x01", p, value)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            value = digest(b"\x01", value, p)
        first, last = first >> 1, last >> 1
    return value if last == 0 else None

for entry in log["entries"]:
    leaf = digest(b"\x00", entry["skeleton"].encode("utf-8"))
    found = root(leaf, entry["sequence"], log["treeSize"], [bytes.fromhex(p) for p in entry["proof"]])
    tell([] if found == head else ["NOT IN THE LOG"], "entry %d: %s" % (entry["sequence"], entry["skeleton"].split("|")[4]))

stamp = log["stamp"]
def join(values):  # RFC 4998: one value stands for itself; several are sorted as bytes, joined and digested
    return values[0] if len(values) == 1 else hashlib.new(stamp["algorithm"], b"".join(sorted(values))).digest()

lists = [[bytes.fromhex(v) for v in l] for l in stamp["reducedHashTree"]]
value, said = hashlib.new(stamp["algorithm"], head).digest(), []
if lists:
    if value not in lists[0]:
        said.append("HEAD NOT IN ITS TREE")
    value = join(lists[0])
    for l in lists[1:]:
        value = join(l + [value])
if value.hex() != stamp["root"]:
    said.append("PATH DOES NOT LEAD TO THE ROOT")
tell(said, "head of the log with %d entries" % log["treeSize"])

if shutil.which("openssl"):
    done = subprocess.run(["openssl", "ts", "-verify", "-digest", stamp["root"], "-in", os.path.join(here, "head.tsr"),
                           "-CAfile", os.path.join(here, "tsa-chain.pem")], capture_output=True, text=True)
    tell([] if done.returncode == 0 and "Verification: OK" in done.stdout + done.stderr else ["NOT TIME-STAMPED"], "time-stamp over the root, %s" % stamp["time"])
else:
    unchecked += 1
    print("?    time-stamp not checked: openssl is not installed")
sys.exit(1 if bad else 2 if unchecked else 0)
