"""Makes the folder of a model that is small enough for any machine: Dynamo's mocker takes its tokenizer and its shape."""

import json
import pathlib
import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

TEXT = ["Hello, how are you? I am a small model, and what I say is not to be taken seriously."]
END = "<|end|>"
TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, special_tokens=[END], initial_alphabet=alphabet)
    tokenizer.train_from_iterator(TEXT, trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    size = tokenizer.get_vocab_size()
    end = tokenizer.token_to_id(END)
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "max_position_embeddings": 2048,
        "vocab_size": size,
        "bos_token_id": end,
        "eos_token_id": end,
        "torch_dtype": "float32",
    }
    write(folder / "config.json", config)
    write(folder / "generation_config.json", {"bos_token_id": end, "eos_token_id": end})
    tokenizer_config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": END,
        "bos_token": END,
        "chat_template": TEMPLATE,
    }
    write(folder / "tokenizer_config.json", tokenizer_config)


def write(path, value):
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")


main()
