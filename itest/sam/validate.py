"""Lint template.yaml, translate it as AWS does, lint the result, check samconfig.toml.

    python3 validate.py [TEMPLATE [SAMCONFIG]]

Silent and 0 when all is well; else a line for each finding, and 1.
"""

import json
import os
import pathlib
import re
import sys
import tempfile
import tomllib

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")  # the translator asks for one

from cfnlint.api import lint_file
from samtranslator.model.apigatewayv2 import ApiGatewayV2Authorizer
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What `sam package` puts in place of the folder with the code.
PACKAGED = "s3://gatepost-artifacts/function"


# IAM takes 64 characters for the name of a role, and the longest here is the
# stack's with this behind it.
LONGEST_STACK = 64 - len("-connector-admin")


def lint(path, name):
    return [f"{name}: line {m.linenumber}: {m.rule.id} {m.message}" for m in lint_file(path)]


def translate(template):
    template["Globals"]["Function"]["CodeUri"] = PACKAGED
    return Translator({}, Parser()).translate(template, {})


def check_authorizer(translated):
    """API Gateway is told to ask IAM in the words that SAM itself would use."""
    own = ApiGatewayV2Authorizer(api_logical_id="HttpApi", name="iam", is_aws_iam_authorizer=True).generate_openapi()
    schemes = translated["Resources"]["HttpApi"]["Properties"]["Body"]["components"]["securitySchemes"]
    return [f"authorizer {name}: {scheme}, not {own}" for name, scheme in schemes.items() if scheme != own]


def check_template(path):
    found = lint(path, "template")
    try:
        translated = translate(yaml_parse(path.read_text()))
    except InvalidDocumentException as e:
        return found + [f"translation: {cause.message}" for cause in e.causes]
    found += check_authorizer(translated)
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder, "translated.json")
        result.write_text(json.dumps(translated, indent=1))
        return found + lint(result, "translated template")


def overrides(text):
    """The parameters of a parameter_overrides, which is one string of NAME="VALUE"."""
    return {name: value for name, value in re.findall(r'(\w+)="([^"]*)"', text)}


def check_samconfig(path, parameters):
    """Each environment names its own account and region, and parameters that exist."""
    found, accounts = [], {}
    text = path.read_text()
    try:
        config = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        return [f"samconfig: {e}"]
    found += check_examples(text, parameters)
    for name in ("default", "dev", "staging", "prod"):
        settings = {}
        for part in ("global", "deploy"):
            settings |= config.get(name, {}).get(part, {}).get("parameters", {})
        for key in ("stack_name", "region", "capabilities", "parameter_overrides"):
            if not settings.get(key):
                found.append(f"samconfig: {name} has no {key}")
        if settings.get("capabilities") not in (None, "CAPABILITY_NAMED_IAM"):
            found.append(f"samconfig: {name} asks for {settings['capabilities']}")
        if len(settings.get("stack_name", "")) > LONGEST_STACK:
            found.append(f"samconfig: {name}: a stack's name of more than {LONGEST_STACK} characters leaves no room for those of its roles")
        if name != "default":
            accounts.setdefault(settings.get("profile"), []).append(name)
        for parameter, value in overrides(settings.get("parameter_overrides", "")).items():
            found += check_parameter(name, parameter, value, parameters)
    for profile, names in accounts.items():
        if profile is None or len(names) > 1:
            found.append(f"samconfig: {', '.join(names)}: profile {profile}")
    return found


def check_examples(text, parameters):
    """What a comment gives as an example can be copied into a value as it stands."""
    found = []
    for comment in re.findall(r"(?m)^# .*$", text):
        for name, value in overrides(comment).items():
            if name not in parameters:
                found.append(f"samconfig: {comment}: the template has no such parameter")
            pasted = re.sub(r"(?m)^(parameter_overrides = .)", rf'\g<1>{name}="{value}" ', text)
            try:
                config = tomllib.loads(pasted)
                taken = overrides(config["prod"]["deploy"]["parameters"]["parameter_overrides"]).get(name) == value
            except tomllib.TOMLDecodeError:
                taken = False
            if not taken:
                found.append(f'samconfig: {name}="{value}" of a comment cannot be copied into parameter_overrides')
    return found


def check_parameter(environment, name, value, parameters):
    where = f"samconfig: {environment}: {name}={value!r}"
    if name not in parameters:
        return [f"{where}: the template has no such parameter"]
    declared = parameters[name]
    allowed = declared.get("AllowedValues")
    if allowed and value not in map(str, allowed):
        return [f"{where}: not one of {allowed}"]
    values = value.split(",") if declared["Type"] == "CommaDelimitedList" else [value]
    if not all(re.fullmatch(declared.get("AllowedPattern", r".*"), one.strip()) for one in values):
        return [f"{where}: not of the form {declared['AllowedPattern']}"]
    if declared["Type"] == "Number" and not re.fullmatch(r"-?\d+", value):
        return [f"{where}: not a number"]
    least, most = declared.get("MinValue"), declared.get("MaxValue")
    if least is not None and int(value) < least or most is not None and int(value) > most:
        return [f"{where}: not from {least} to {most}"]
    return []


def main(template=ROOT / "template.yaml", samconfig=ROOT / "samconfig.toml"):
    template = pathlib.Path(template)
    found = check_template(template)
    found += check_samconfig(pathlib.Path(samconfig), yaml_parse(template.read_text())["Parameters"])
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
