"""Check AWS CLI commands, one a line on standard input, against the services' models.

Silent and 0 when each names an operation that exists, options that it has, and
all that it needs; else a line for each finding, and 1.
"""

import shlex
import sys

import botocore.session
from botocore import xform_name

# Options of every command, which go to the CLI and not to the service.
GLOBAL = {"--profile", "--region", "--query", "--output", "--cli-binary-format"}

# Commands of the CLI itself, of which there is no model, and their options.
OWN = {"configure export-credentials": {"--format"}, "logs tail": {"--since", "--filter-pattern"}}


def options(words):
    return {word.split("=")[0] for word in words if word.startswith("--")} - GLOBAL


def check(session, line):
    _, service, command, *words = shlex.split(line)
    own = OWN.get(f"{service} {command}")
    if own is not None:
        return [f"{line}: no option {option}" for option in sorted(options(words) - own)]
    model = session.get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if command not in names:
        return [f"{line}: {service} has no {command}"]
    shape = model.operation_model(names[command]).input_shape
    known = {}
    for member, kind in shape.members.items():
        option = "--" + xform_name(member, "-")
        known[option] = member
        if kind.type_name == "boolean":
            known["--no-" + option[2:]] = member
    found = [f"{line}: no option {option}" for option in sorted(options(words) - known.keys())]
    given = {known[option] for option in options(words) & known.keys()}
    return found + [f"{line}: {member} is missing" for member in shape.required_members if member not in given]


def main():
    session = botocore.session.get_session()
    found = [finding for line in sys.stdin.read().splitlines() for finding in check(session, line)]
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
