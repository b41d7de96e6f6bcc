package awsfed

import (
	"time"

	"github.com/gatepost/gatepost/internal/saml"
)

// Judge says what AWS sign-in would say of a signed response at the given time,
// when md is the metadata of the SAML provider in the account. Without metadata
// (nil) it says nothing about issuer and signature.
func Judge(doc *saml.Document, md *saml.Descriptor, now time.Time) Verdict {
	e := gather(doc, now)
	if md != nil {
		e.metadata = md
		e.entityID = md.EntityID
	} else if e.assertion != nil {
		e.entityID = e.assertion.Issuer
	}
	verdict := e.verdict()
	if verdict.Accepted() {
		verdict.Warnings = e.cautions()
	}
	return verdict
}

// JudgePrepared says what AWS sign-in would say of a response that is about to
// be signed, by the same rules and without warnings; doc.Size counts the signature
// in. The entity ID is that of the metadata in the account.
func JudgePrepared(doc *saml.Document, entityID string, now time.Time) Verdict {
	e := gather(doc, now)
	e.entityID = entityID
	return e.verdict()
}

// rule is one thing that AWS checks.
type rule struct {
	says      string          // what should hold
	assertion bool            // asked only of a response with one assertion
	check     func(*evidence) // adds a finding when it does not hold
}

// rules are all that AWS checks, in the order in which its services would come
// upon them: the message, the provider, the times, the person, the role session.
var rules = [...]rule{
	{"the response is 4 to 100,000 characters of base64", false, checkSize},
	{"the response is a SAML 2.0 response with an ID", false, checkMessage},
	{"the response reports success", false, checkStatus},
	{"the response has exactly one assertion", false, checkAssertions},
	{"the response was not asked for", true, checkUnsolicited},
	{"the metadata is such as IAM takes", false, checkMetadata},
	{"the issuer is the entity ID of the provider's metadata", true, checkIssuer},
	{"the signature is made with a certificate of the provider's metadata", true, checkSignature},
	{"the response is redeemed within five minutes of issue", true, checkIssued},
	{"the conditions hold now", true, checkConditions},
	{"there is one bearer confirmation with an end that is still to come", true, checkConfirmation},
	{"the recipient is the sign-in address posted to", true, checkRecipient},
	{"the audience is AWS", true, checkAudience},
	{"the subject has a NameID", true, checkSubject},
	{"the sign-in is stated and its session has not ended", true, checkAuthn},
	{"each Role value is a role and a provider of one account", true, checkRoles},
	{"there is one valid RoleSessionName", true, checkSessionName},
	{"SessionDuration is 900 to 43200 seconds", true, checkDuration},
	{"SourceIdentity is valid", true, checkSourceIdentity},
	{"there are at most 50 valid session tags", true, checkTags},
	{"each transitive key names a session tag", true, checkTransitive},
}

// evidence is a response, sorted for the rules, and what they find.
type evidence struct {
	doc       *saml.Document
	assertion *saml.Assertion // the only one; nil when there is none or more
	metadata  *saml.Descriptor
	entityID  string
	now       time.Time
	partition Partition // whose sign-in address it is for
	statement statement
	sessions  []RoleSession

	rule     string // being asked
	findings []Finding
}

func gather(doc *saml.Document, now time.Time) *evidence {
	e := &evidence{doc: doc, now: now}
	address := doc.Destination
	if len(doc.Assertions) == 1 {
		e.assertion = &doc.Assertions[0]
		if address == "" && len(e.assertion.Confirmations) > 0 {
			address = e.assertion.Confirmations[0].Recipient
		}
	}
	p, ok := partitionBySignIn(address)
	if !ok {
		p = partitions[0] // the address is refused by its rule; the rest is read as most would mean it
	}
	e.partition = p
	if e.assertion != nil {
		e.statement = p.readStatement(e.assertion.Attributes)
	}
	return e
}

func (e *evidence) verdict() Verdict {
	for i := range rules {
		if rules[i].assertion && e.assertion == nil {
			continue
		}
		e.rule = rules[i].says
		rules[i].check(e)
	}
	if len(e.findings) > 0 {
		return Verdict{Findings: e.findings}
	}
	return Verdict{Sessions: e.sessions}
}

func (e *evidence) find(a answer, cause, remedy string) {
	e.findings = append(e.findings, a.finding(e.rule, cause, remedy))
}

// findFault adds what is wrong with the value of an attribute.
func (e *evidence) findFault(name, value string, f *fault) {
	if f != nil {
		e.find(f.answer, quote(name, value)+" "+f.reason, f.remedy)
	}
}
