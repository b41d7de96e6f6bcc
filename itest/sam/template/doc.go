// Package template reads template.yaml as CloudFormation would: its intrinsic
// functions resolved for one set of parameters, so that tests can look at what
// would be made. It knows the functions and resource types that the template
// uses, and fails at any other: a check must not pass over what it cannot read.
package template
