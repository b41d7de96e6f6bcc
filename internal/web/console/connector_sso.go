package console

import (
	"net/http"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// connectorSSOPage has the settings of the sign-in, and the key.
type connectorSSOPage struct {
	about
	Form         form
	Upload       form
	UploadText   string
	KeyProblem   string
	Key          []fact
	Certificates []certificate
	HasKey       bool
	MayMake      bool // there is no key yet
}

type certificate struct {
	State       chip
	Valid       string
	Subject     string
	Serial      string
	Fingerprint string
	PEM         copyable
}

func (p connectorSSOPage) heading() heading {
	title := p.Form.title("SSO")
	if p.KeyProblem != "" {
		title = "Error: SSO"
	}
	return p.about.heading("connector_sso", title)
}

func connectorSSO(v *visit) error {
	p, _, err := v.ssoPage()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, p)
}

// ssoPage is the page of the connector that the path names. A plain link has none.
func (v *visit) ssoPage() (connectorSSOPage, resource.Connector, error) {
	c, err := v.Connector(v.ctx(), v.slug())
	if err != nil {
		return connectorSSOPage{}, c, err
	}
	if isBookmark(c) {
		return connectorSSOPage{}, c, errNoPage
	}
	key, err := v.Key(v.ctx(), c.Slug)
	if err != nil {
		return connectorSSOPage{}, c, err
	}
	return ssoPageOf(v.about(c, tabSSO), c, key, v.h.Now()), c, nil
}

func ssoPageOf(a about, c resource.Connector, key resource.KeyView, now time.Time) connectorSSOPage {
	p := connectorSSOPage{
		about: a, Form: newForm(c.ETag, ssoValues(c), a.Base+tabSSO), HasKey: hasKey(c),
		Upload:  form{Values: map[string]string{"private_key": "", "certificate": ""}},
		Key:     keyFacts(key.Key),
		MayMake: a.MayChange() && (key.State == "" || key.State == string(idp.KeyNone)),
	}
	switch {
	case c.Active:
		p.UploadText = "AWS accounts trust the key of an active connector, so it stays. For another key create another connector, set it up in AWS, then deactivate this one."
	case p.HasKey:
		p.UploadText = "It takes the place of the key that the connector has."
	default:
		p.UploadText = "A key that you have already, with its certificate."
	}
	for i, one := range key.Certificates {
		p.Certificates = append(p.Certificates, certificateOf(i, one, now))
	}
	return p
}

func ssoValues(c resource.Connector) map[string]string {
	return map[string]string{
		"session_duration": c.SessionDuration, "relay_state": c.RelayState, "relay_states": strings.Join(c.RelayStates, "\n"),
		"region": c.Region, "entity_id": c.EntityID, "confirm_cross_site": onIf(c.ConfirmCross == nil || *c.ConfirmCross),
		"end_with_session": onIf(c.EndWithSession), "aws_chooser": onIf(c.AWSChooser), "sign_response": onIf(c.SignResponse),
	}
}

func saveSSO(v *visit) error {
	p, c, err := v.ssoPage()
	if err != nil {
		return err
	}
	p.Form = posted(v.fields, p.Form.names(), p.Base+tabSSO)
	values := p.Form.Values
	_, err = v.UpdateConnector(v.ctx(), c.Slug, p.Form.Match, func(c *resource.Connector) error {
		confirm := values["confirm_cross_site"] != ""
		c.SessionDuration, c.RelayState, c.RelayStates = values["session_duration"], values["relay_state"], linesIn(values["relay_states"])
		c.Region, c.EntityID, c.ConfirmCross = values["region"], values["entity_id"], &confirm
		c.EndWithSession, c.AWSChooser, c.SignResponse = values["end_with_session"] != "", values["aws_chooser"] != "", values["sign_response"] != ""
		return nil
	})
	if p.Form.refused(err, ofConnector(ssoValues)) {
		return v.show(p.Form.status(), p)
	}
	if err != nil {
		return err
	}
	return v.done(p.Base+tabSSO, "saved")
}

func linesIn(text string) []string {
	list := []string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" {
			list = append(list, line)
		}
	}
	return list
}

func keyFacts(k resource.Key) []fact {
	custody := map[string]string{
		string(idp.CustodyFile): "a file beside the store", string(idp.CustodyKMS): "AWS KMS, which it never leaves", string(idp.CustodySecrets): "AWS Secrets Manager",
	}
	state := map[string]string{
		string(idp.KeyNone): "There is none", string(idp.KeyCreating): "Being made", string(idp.KeyReady): "Ready to sign", string(idp.KeyDeleting): "Being deleted",
	}
	facts := []fact{{"State", state[k.State]}}
	if k.Custody != "" {
		facts = append(facts, fact{"Kept in", custody[k.Custody]})
	}
	switch idp.Source(k.Source) {
	case idp.SourceUploaded:
		facts = append(facts, fact{"Source", "Uploaded: whoever else has a copy can sign too"})
	case idp.SourceGenerated:
		facts = append(facts, fact{"Source", "Made by Gatepost"})
	}
	return facts
}

func certificateOf(i int, c resource.Certificate, now time.Time) certificate {
	shown := certificate{
		Valid: "from " + dayOf(c.NotBefore).Text + " to " + dayOf(c.NotAfter).Text, Subject: c.Subject, Serial: c.Serial, Fingerprint: c.Fingerprint,
		PEM: copyable{"certificate-" + string(rune('1'+i)), "certificate", c.PEM}, State: chip{"In use", good},
	}
	end, err := time.Parse(time.RFC3339, c.NotAfter)
	switch {
	case err == nil && !now.Before(end):
		shown.State = chip{"Ended", bad}
	case err == nil && end.Sub(now) <= soon:
		shown.State = chip{"Ends soon", mild}
	case i > 0:
		shown.State = chip{"Next", plain}
	}
	return shown
}
