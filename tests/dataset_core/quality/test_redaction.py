"""Secrets and personal data that must go, look-alikes that must stay.

The tokens are put together from parts, so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset_core.quality.redaction import Finding, redact
from dataset_core.toml_file import load_toml

HEX = "0123456789abcdef"
MIXED = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY" * 4
LOWER = "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6" * 4

TOKENS = {
    "AWSKeyDetector": [
        "AKIA" + "IOSFODNN7EXAMPL2",
        "aws_secret_key = '" + "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEK1" + "'",
    ],
    "ArtifactoryDetector": [' "AKC' + MIXED[:20] + '"', " AP6" + MIXED[:20] + " "],
    "AzureStorageKeyDetector": ["AccountKey=" + (MIXED[:40] + "+/" + MIXED)[:86] + "=="],
    "BasicAuthDetector": ["https://admin:s3cr3t@host.example.org/"],
    "CloudantDetector": ["cloudant_password = '" + HEX * 4 + "'"],
    "DiscordBotTokenDetector": ["MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ." + MIXED[:27]],
    "GitHubTokenDetector": ["ghp_" + MIXED[:36], "gho_" + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"],
    "GitLabTokenDetector": ["glpat-" + MIXED[:20], "GR1348941" + MIXED[:20], "glptt-" + HEX * 2 + HEX[:8]],
    "IbmCloudIamDetector": ["ibm_api_key: '" + MIXED[:44] + "'"],
    "IbmCosHmacDetector": ["cos_hmac_secret_access_key = '" + HEX * 3 + "'"],
    "JwtTokenDetector": ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0." + MIXED[:43]],
    "MailchimpDetector": [LOWER[:32] + "-us12"],
    "NpmDetector": ["//registry.example.org/:_authToken=npm_" + MIXED[:36]],
    "OpenAIDetector": ["sk-" + MIXED[:20] + "T3Blbk" + "FJ" + MIXED[:20]],
    "PrivateKeyDetector": ["-----BEGIN RSA PRIVATE" + " KEY-----\n" + MIXED[:64] + "\n-----END RSA PRIVATE KEY-----"],
    "PypiTokenDetector": ["pypi-AgEIcHlwaS5vcmc" + MIXED[:80]],
    "SendGridDetector": ["SG." + MIXED[:22] + "." + MIXED[:43]],
    "SlackDetector": [
        "xoxb-" + "12345-67890-" + LOWER[:24],
        "https://hooks.slack.com/services/T0" + "A1/B0B1/" + MIXED[:24],
    ],
    "SoftlayerDetector": ["softlayer_api_key = " + LOWER[:64]],
    "SquareOAuthDetector": ["sq0csp-" + MIXED[:43]],
    "StripeDetector": ["sk_live_" + MIXED[:24]],
    "TelegramBotTokenDetector": ["110201543:" + MIXED[:35]],
    "TwilioKeyDetector": ["AC" + HEX * 2, "SK" + HEX * 2],
}
NEW_TOKENS = ["github_pat_" + MIXED[:40], "AIza" + MIXED[:35], "sk-ant-" + MIXED[:40], "hf_" + MIXED[:34]]
DETECTORS = {known.__name__: known for known in get_mapping_from_secret_type_to_class().values()}


def names_in(table: str) -> set[str]:
    rows = load_toml("quality/redaction.toml")[table]
    return {name for row in (rows if isinstance(rows, tuple) else (rows,)) for name in row["detectors"]}


def test_every_detector_of_the_library_has_its_place() -> None:
    tables = ("trigger", "trigger_lower_case", "long_run", "configuration", "replaced")
    assert set().union(*map(names_in, tables)) == set(DETECTORS)
    assert set(TOKENS) == set(DETECTORS) - names_in("configuration") - {"IPPublicDetector"}


@pytest.mark.parametrize(("name", "token"), [(name, token) for name, tokens in TOKENS.items() for token in tokens])
@pytest.mark.parametrize("line", ["{}", "    call({});  // a comment"])
def test_what_a_detector_finds_is_redacted(name: str, token: str, line: str) -> None:
    text = f"first\n{line.format(token)}\nlast"
    found = {secret.secret_value for line in text.split("\n") for secret in DETECTORS[name]().analyze_line("a.cfg", line)}
    assert found, "the example is none"
    redacted, findings = redact(text, is_source=True)
    assert findings
    assert redacted.count("\n") == text.count("\n")
    longest_part = max(re.findall(r"[A-Za-z0-9+/]{5,}", token.rpartition(" =")[2]), key=len)
    assert name == "BasicAuthDetector" or longest_part not in redacted


@pytest.mark.parametrize("token", NEW_TOKENS)
def test_tokens_that_the_library_does_not_know(token: str) -> None:
    assert redact(f'key = "{token}"', is_source=True)[0] == 'key = "<KEY>"'


STRUCTURAL = sorted(names_in("long_run") - {"JwtTokenDetector", "NpmDetector", "IbmCloudIamDetector", "CloudantDetector"})


@pytest.mark.parametrize("name", STRUCTURAL)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_closer_look_misses_nothing_with_a_digit(name: str, data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(DETECTORS[name].denylist))
    ascii_only = st.characters(min_codepoint=33, max_codepoint=126)
    token = data.draw(st.from_regex(pattern, fullmatch=True, alphabet=ascii_only)) + "1"
    text = f'x = "{token}";'
    if any(character.isdigit() for character in token[:-1]) and pattern.search(text):
        assert redact(text, is_source=True)[1]


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (" * @author Ada Lovelace", " * @author <NAME>"),
        ("/** @author jdoe */", "/** @author <NAME> */"),
        (
            "// Copyright (c) 2020 Ada Lovelace. All rights reserved.",
            "// Copyright (c) 2020 <NAME>. All rights reserved.",
        ),
        ("# Copyright 2019-2024 Ada de Vries and Bo Ek", "# Copyright 2019-2024 <NAME>"),
        ("Co-authored-by: Ada L. <ada@lovelace.uk>", "Co-authored-by: <NAME> <<EMAIL>>"),
        ("- Ada Lovelace <ada@lovelace.co.uk>, maintainer", "- <NAME> <<EMAIL>>, maintainer"),
        ('mail = "ada@lovelace.co.uk"', 'mail = "<EMAIL>"'),
        ('host = "85.215.243.177:80"', 'host = "<IP>:80"'),
        ('host = "2a03:b0c0:3:f0::cf2:4"', 'host = "<IP>"'),
        ('"Server=db;User=sa;Password=Pa55w0rd!;"', '"Server=db;User=sa;Password=<PASSWORD>;"'),
        ("mongodb://root:hunter2@db:27017", "mongodb://root:<PASSWORD>@db:27017"),
        ('new Settings { Password = "Hk7#pQ9z!Lm2" }', 'new Settings { Password = "<PASSWORD>" }'),
        ("const apiKey: string = 'k9-Xa77Lq20b';", "const apiKey: string = '<KEY>';"),
        ('client_secret="q8Zr-41vKx"', 'client_secret="<KEY>"'),
        ('"dbPassword": "Pa55w0rd!x",', '"dbPassword": "<PASSWORD>",'),
        ("password: 'S0mmer-2024'", "password: '<PASSWORD>'"),
    ],
)
def test_what_is_replaced_in_source(text: str, redacted: str) -> None:
    assert redact(text, is_source=True)[0] == redacted


@pytest.mark.parametrize(
    "text",
    [
        "@Component({ selector: 'app-user' })",
        "import { Injectable } from '@angular/core';",
        "uses: actions/checkout@v4",
        "git clone git@github.com:org/project.git",
        'src="logo@2x.png"',
        'mail = "user@example.com"',
        "y = A@B.transpose(0)",
        'string author = "x"; public Author Author { get; set; }',
        "copyright = site.Copyright",
        "// Copyright 2015 The Prometheus Authors",
        '"127.0.0.1" "0.0.0.0" "10.1.2.3" "192.168.0.1" "172.16.0.1" "192.0.2.7" "203.0.113.9" "8.8.8.8"',
        '"::1" "fe80::1" "2001:db8::1"',
        '[assembly: AssemblyVersion("41.22.33.44")]',
        'Version="81.22.33.44"',
        "std::vector<int>::iterator face::beef",
        'var s = $"postgres://{user}:{password}@{host}/db";',
        'url = "https://user:${PASSWORD}@host"',
        "password = GetPassword(); string Password { get; set; }",
        'const API_URL_CONFIGURATION_TOKEN = new InjectionToken<string>("API_URL_CONFIGURATION_TOKEN");',
        "def test_returns_the_very_long_name_of_a_token_2_times(): pass",
        "key: 'common.validation.messages.fieldIsRequired2'",
        '"Password=;User=sa"',
        "password: 'user.password.required2'.translate()",
        'SecretName = "projects/42/rooms"; passwordLabel = "Password";',
        'errors["Password"].ShouldBe("must contain a digit")',
    ],
)
def test_what_is_left_alone_in_source(text: str) -> None:
    assert redact(text, is_source=True) == (text, ())


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ('"dbPassword": "pa55w0rdx",', '"dbPassword": "<PASSWORD>",'),
        ("The password of the store is `Hk7#pQ9z!Lm2`.", "The password of the store is `<PASSWORD>`."),
        ("password=Hk7#pQ9z!Lm2 stands in the settings", "password=<PASSWORD> stands in the settings"),
        ("Present: Ada Lovelace, Bo Ek and Cy de Vries", "Present: <NAME>"),
        ("**Author:** Ada Lovelace", "**Author:** <NAME>"),
        ("client_secret: Cl1ent$ecret!", "client_secret: <KEY>"),
        ("- SA_PASSWORD=1q2w3e!R", "- SA_PASSWORD=<PASSWORD>"),
        ('"seed": "xeLd6jFxqbXJrfmNLlO2j1apagGGGSyZJhFnIuHp4I0="', '"seed": "<KEY>"'),
        ('"salt": "7b5a4090e38d9e1ad7697c7641234f4ed135a6c7"', '"salt": "<KEY>"'),
    ],
)
def test_what_is_replaced_in_configuration(text: str, redacted: str) -> None:
    assert redact(text, is_source=False)[0] == redacted
    assert redact(text, is_source=True)[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "password: ${DB_PASSWORD}",
        "password: <your password>",
        '"secretName": "tls-certificate"',
        'apiKey: "{{ .Values.key }}"',
        '"integrity": "sha384-9qIZekWUyjCyDIf2YK1FRoKiPJq4PHt6tp/ulnuuyRBvazd0hG7pWbE99zvwSznI"',
        '"revision": "7b5a4090e38d9e1ad7697c7641234f4ed135a6c7"',
        "key: value",
        '"password": "Passwort"',
    ],
)
def test_what_is_left_alone_in_configuration(text: str) -> None:
    assert redact(text, is_source=False) == (text, ())


def test_findings_name_kind_and_line() -> None:
    text = "a\n// @author Ada Lovelace\n\nx = 'ada@lovelace.uk'; y = '85.215.243.177'\n"
    expected = (Finding("name", 2), Finding("email", 4), Finding("ip", 4))
    assert redact(text, is_source=True)[1] == expected


FRAGMENTS = [
    *(token for tokens in TOKENS.values() for token in tokens),
    *(
        "@",
        "://",
        "\n",
        '"',
        "=",
        "password=",
        ";",
        "Copyright 2020 ",
        "\u0130",
        "1.2.3.4",
        "85.215.243.177",
        "2a03:",
        "::",
    ),
    *("-----BEGIN PRIVATE KEY-----", "@author X", "é", "\r", "\u2028", "\ud83d\ude00", "\ud83d"),
]


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=30).map("".join), st.booleans())
def test_any_text_keeps_its_lines_and_is_clean_afterwards(text: str, is_source: object) -> None:
    redacted, findings = redact(text, is_source=bool(is_source))
    assert redacted.count("\n") == text.count("\n")
    assert all(1 <= finding.line <= text.count("\n") + 1 for finding in findings)
    assert bool(findings) == (redacted != text)


def test_overlong_lines_take_no_time() -> None:
    text = "password=" + "a1" * 200_000 + "@" * 10_000 + "1." * 50_000
    redact(text, is_source=False)


def test_nothing_is_loaded_that_could_ask_a_service_about_a_secret() -> None:
    code = (
        "import sys; from dataset_core.quality.redaction import redact; "
        "print(len(redact(sys.argv[1], is_source=False)[1]), 'requests' in sys.modules)"
    )
    command = (sys.executable, "-c", code, f"key = '{TOKENS['AWSKeyDetector'][0]}'")
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1 False\n"
