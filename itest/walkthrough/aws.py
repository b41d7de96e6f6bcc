"""Run a command of the AWS CLI's, such as `aws iam create-role --role-name NAME`.

It is made of the same models as the CLI, for machines that have botocore and not
the CLI. What the operation does not know, or misses, is refused as there.
"""

import json
import sys

import botocore.session
from botocore import xform_name


def main():
    service, command, *words = sys.argv[1:]
    client = botocore.session.get_session().create_client(service)
    operation = {xform_name(name, "-"): name for name in client.meta.service_model.operation_names}[command]
    members = {"--" + xform_name(name, "-"): name for name in client.meta.service_model.operation_model(operation).input_shape.members}
    given = {}
    for option, value in zip(words[::2], words[1::2], strict=True):
        if value.startswith("file://"):
            with open(value.removeprefix("file://"), encoding="utf-8") as file:
                value = file.read()
        given[members[option]] = value
    answer = client._make_api_call(operation, given)
    answer.pop("ResponseMetadata", None)
    print(json.dumps(answer, default=str, indent=4))


if __name__ == "__main__":
    main()
