package awsfed

import (
	"crypto/x509"
	"errors"
	"strconv"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
)

// How long a response can be redeemed. AWS takes five minutes from issue; the
// minute before now is for clocks that are behind ours.
const (
	validFor    = 5 * time.Minute
	validBefore = time.Minute
)

// Launch is a decision to let a person into AWS, with all that the response
// states about it.
type Launch struct {
	Connector *idp.Connector
	User      *idp.User
	Session   *idp.Session
	Roles     []idp.OpenRole // the one chosen; several only when the connector leaves the choice to AWS
	Now       time.Time

	ResponseID  string // fresh and random, as [saml.Response] wants them
	AssertionID string

	// TLS tells that the person signed in over TLS: without it the response
	// must not say that the password was protected.
	TLS bool
}

// Compose turns a launch into what the response shall state. Values that AWS
// would refuse for this person, and templates that cannot be filled in, are
// [idp.Problems] with the rule's name as the field and AWS's answer.
func Compose(l Launch) (saml.Response, error) {
	c := l.Connector
	p, problem := checkPartition(c.Partition)
	if problem != nil {
		return saml.Response{}, idp.Problems{*problem}
	}
	acs, err := p.ACS(c.Region)
	if region, ok := errors.AsType[idp.Problem](err); ok {
		return saml.Response{}, idp.Problems{region}
	}
	end := l.Ending()
	attributes, problems := p.attributesFor(l, end)
	if len(problems) > 0 {
		return saml.Response{}, problems
	}
	r := saml.Response{
		ID:           l.ResponseID,
		AssertionID:  l.AssertionID,
		Issuer:       c.EntityID,
		Destination:  acs,
		Audiences:    []string{acs}, // one: some service providers read only one
		NameID:       l.User.NameID,
		NameIDFormat: saml.NameIDPersistent,
		IssueInstant: l.Now,
		NotBefore:    l.Now.Add(-validBefore),
		NotOnOrAfter: l.Now.Add(validFor),
		AuthnInstant: l.Session.AuthTime,
		AuthnContext: authnContext(l.Session.Methods, l.TLS),
		SessionIndex: l.AssertionID,
		Attributes:   attributes,

		SessionNotOnOrAfter: end.Stated,
	}
	if !end.Access.IsZero() {
		// The access ends, and so must all that is opened with it: AWS ends the role
		// session then, whatever duration was asked for, by us or by who redeems the
		// response, which may be done until then and no later.
		r.NotOnOrAfter = earlier(r.NotOnOrAfter, end.Access)
	}
	return r, nil
}

// Prepare composes a launch's response and has it judged: what AWS would refuse is
// an error, and there is nothing to sign. It fails as [Compose] and [saml.Prepare]
// do, and with the judge's finding. Who launches, tests or activates makes
// responses in this way alone.
func Prepare(l Launch, certificate *x509.Certificate) (saml.Response, *saml.Prepared, error) {
	spec, err := Compose(l)
	if err != nil {
		return saml.Response{}, nil, err
	}
	prepared, err := prepare(l, spec, certificate)
	return spec, prepared, err
}

func prepare(l Launch, spec saml.Response, certificate *x509.Certificate) (*saml.Prepared, error) {
	return saml.Prepare(spec, saml.SigningOptions{Certificate: certificate, SignResponse: l.Connector.SignResponse}, func(doc *saml.Document) error {
		return JudgePrepared(doc, l.Connector.EntityID, spec.IssueInstant).Err()
	})
}

// CheckPerson tells why AWS would refuse u at c whichever role is chosen: the
// rules that u's attributes do not fill in, or fill with a value that AWS does
// not take. The error is [idp.Problems] as those of [Compose].
func CheckPerson(c *idp.Connector, u *idp.User) error {
	p, problem := checkPartition(c.Partition)
	if problem != nil {
		return idp.Problems{*problem}
	}
	_, problems := p.ruleAttributes(c.Attributes, u)
	return problems.Err()
}

// CheckLaunch tells why a launch would be refused, as [Prepare] does, without the
// work of preparing what is far from as long as AWS takes: what else its judge asks
// is so of all that [Compose] composes. Without a certificate, whose size counts,
// lengths are not looked at.
func CheckLaunch(l Launch, certificate *x509.Certificate) error {
	spec, err := Compose(l)
	if err != nil || certificate == nil {
		return err
	}
	const markup = 100 // of each value
	size := 0
	for _, a := range spec.Attributes {
		size += len(a.Name)
		for _, value := range a.Values {
			size += len(value) + markup
		}
	}
	if size < maxResponse/4 {
		return nil
	}
	_, _, err = Prepare(l, certificate)
	return err
}

// authnContext tells no more than is true: contexts of stronger sign-ins come
// with them.
func authnContext(methods []idp.Method, tls bool) string {
	if tls && len(methods) == 1 && methods[0] == idp.MethodPassword {
		return saml.AuthnPasswordProtectedTransport
	}
	return saml.AuthnUnspecified
}

// attributesFor is the whole attribute statement: the roles first, then what
// the rules say.
func (p Partition) attributesFor(l Launch, end Ending) ([]saml.Attribute, idp.Problems) {
	c := l.Connector
	attributes, problems := p.ruleAttributes(c.Attributes, l.User)
	values, roleFaults := p.roleValues(c, l.Roles)
	problems = append(problems, roleFaults...)
	problems = append(problems, durationProblems(c.SessionDuration)...)
	if len(problems) > 0 {
		return nil, problems
	}
	all := make([]saml.Attribute, 0, len(attributes)+2)
	all = append(all, saml.Attribute{Name: AttributeName(nameRole), Values: values})
	if duration := end.duration(l); duration != 0 {
		seconds := strconv.Itoa(int(duration / time.Second))
		all = append(all, saml.Attribute{Name: AttributeName(nameDuration), Values: []string{seconds}})
	}
	return append(all, attributes...), nil
}

// roleValues writes each pair with the role first, the order of AWS's examples.
func (p Partition) roleValues(c *idp.Connector, roles []idp.OpenRole) ([]string, idp.Problems) {
	switch {
	case len(roles) == 0:
		return nil, idp.Problems{{Field: nameRole, Reason: "no role is chosen", Remedy: "choose one of the roles that are open to the person"}}
	case len(roles) > 1 && !c.AWSChooser:
		return nil, idp.Problems{{Field: nameRole, Value: strconv.Itoa(len(roles)), Reason: "more than one role is chosen", Remedy: "choose one, or let the connector leave the choice to AWS"}}
	}
	pairs := make([]idp.Role, len(roles))
	values := make([]string, len(roles))
	for i, role := range roles {
		pairs[i] = role.Role
		values[i] = role.RoleARN + "," + role.ProviderARN
	}
	return values, roleProblems(p, pairs)
}

// ruleAttributes fills in the rules for u. Transitive keys are one attribute
// with a value for each.
func (p Partition) ruleAttributes(rules []idp.AttributeRule, u *idp.User) ([]saml.Attribute, idp.Problems) {
	var problems idp.Problems
	var transitive []string
	named := false
	attributes := make([]saml.Attribute, 0, len(rules)+2)
	for _, rule := range rules {
		a := p.parseRuleName(rule.Name)
		value, faults := p.ruleValue(a, rule, u)
		problems = append(problems, faults...)
		named = named || a.kind == kindSessionName
		if a.kind == kindTransitive {
			transitive = append(transitive, value)
			continue
		}
		attributes = append(attributes, saml.Attribute{Name: AttributeName(p.shortRuleName(rule.Name)), Values: []string{value}})
	}
	if !named {
		value, faults := p.ruleValue(attribute{kind: kindSessionName}, idp.AttributeRule{Name: nameSessionName, Value: defaultSessionName}, u)
		problems = append(problems, faults...)
		attributes = append(attributes, saml.Attribute{Name: AttributeName(nameSessionName), Values: []string{value}})
	}
	if len(transitive) > 0 {
		attributes = append(attributes, saml.Attribute{Name: AttributeName(nameTransitive), Values: transitive})
	}
	return attributes, problems
}

func (p Partition) ruleValue(a attribute, rule idp.AttributeRule, u *idp.User) (string, idp.Problems) {
	value, err := rule.Expand(u)
	if problems, ok := errors.AsType[idp.Problems](err); ok {
		return "", problems
	}
	if f := valueFault(a, value); f != nil {
		name := p.shortRuleName(rule.Name)
		problem := f.problem(name, value)
		problem.Remedy = ruleRemedy(a, name, rule)
		return "", idp.Problems{problem}
	}
	return value, nil
}
