"""The renderer of chat templates: exact text, the sandbox, and folders and files it reads templates from."""

import json

import pytest

from server.chat_template import ChatTemplate, ChatTemplateError, of_gguf, of_hugging_face_folder

CHATML = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nBe brief<|im_end|>\n' }}"
    "{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
INST = "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}{{ '[INST] ' + m['content'].strip() + ' [/INST]' }}{% else %}{{ ' ' + m['content'] + ' ' + eos_token }}{% endif %}{% endfor %}"  # noqa: E501
ASK = [{"role": "user", "content": "Draw it"}]


def test_the_prompt_ends_where_the_answer_begins():
    template = ChatTemplate(CHATML, "", "<|im_end|>", add_bos=False)
    assert template.prompt(ASK) == "<|im_start|>system\nBe brief<|im_end|>\n<|im_start|>user\nDraw it<|im_end|>\n<|im_start|>assistant\n"
    assert template.end_of_answer() == "<|im_end|>"
    assert template.conversation_text("Draw it", "A") == template.prompt(ASK) + "A<|im_end|>"


@pytest.mark.parametrize(("add_bos", "expected"), [(True, "[INST] Draw it [/INST]"), (False, "<s>[INST] Draw it [/INST]")])
def test_the_beginning_token_stands_once(add_bos, expected):
    template = ChatTemplate(INST, "<s>", "</s>", add_bos=add_bos)
    assert template.prompt(ASK) == expected
    assert template.end_of_answer() == "</s>"


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ messages.append(1) }}",
        "{% for i in range(999999999) %}x{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{{ raise_exception('only tools') }}",
        "{{ messages[7].content }}",
        "{% for %}",
        "x" * 200_000,
    ],
)
def test_a_template_that_does_more_than_render_is_refused(source):
    with pytest.raises(ChatTemplateError, match="the chat template of this model"):
        ChatTemplate(source, "", "", add_bos=False).prompt(ASK)


def test_a_gguf_without_a_template_gets_the_plain_one():
    template = of_gguf(
        {"tokenizer.ggml.tokens": ["<unk>", "<s>", "</s>"], "tokenizer.ggml.eos_token_id": 2, "tokenizer.ggml.model": "llama"}
    )
    assert template.add_bos
    assert template.prompt(ASK) == "### Instruction:\nDraw it\n\n### Response:\n"
    assert template.end_of_answer() == "</s>"


def test_a_hugging_face_folder(tmp_path):
    config = {"chat_template": [{"name": "default", "template": INST}], "bos_token": {"content": "<s>"}, "eos_token": "</s>"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    assert of_hugging_face_folder(tmp_path) == ChatTemplate(INST, "<s>", "</s>", add_bos=False)
    (tmp_path / "chat_template.jinja").write_text(CHATML)
    assert of_hugging_face_folder(tmp_path).source == CHATML
    (tmp_path / "tokenizer_config.json").write_text("[")
    with pytest.raises(ChatTemplateError, match="cannot be read"):
        of_hugging_face_folder(tmp_path)
