package console

import (
	"cmp"
	"errors"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// connectorNewPage makes a connector from little: a label and an account.
type connectorNewPage struct {
	Trail       []link
	Form        form
	Groups      field
	DetailsOpen bool
	SlugHint    string
}

func (p connectorNewPage) heading() heading {
	return heading{Template: "connector_new", Title: p.Form.title("New connector"), Section: connectorsPath}
}

const newPath = connectorsPath + "/new"

// newControls are the form's controls but for the groups.
var newControls = []string{
	"kind", "label", "account", "url", "slug", "roles[0].role_arn", "roles[0].provider_arn", "partition", "description", "shown", "key.source", "private_key", "certificate",
}

func connectorNew(v *visit) error {
	if !v.May(admin.OpConnector) {
		return admin.Allowed(v.Who(), admin.OpConnector, admin.Target{})
	}
	f := newForm("", map[string]string{}, newPath)
	for _, name := range newControls {
		f.Values[name] = ""
	}
	f.Values["kind"], f.Values["partition"], f.Values["shown"], f.Values["key.source"] = "aws", "aws", "on", "generated"
	return v.showNew(f)
}

func (v *visit) showNew(f form) error {
	instance, err := v.Instance(v.ctx())
	if err != nil {
		return err
	}
	choices, more, err := v.groupChoices(f.ticked("groups"))
	if err != nil {
		return err
	}
	return v.show(f.status(), newPageOf(f, instance.URL, choices, more))
}

func newPageOf(f form, url string, choices []choice, more string) connectorNewPage {
	p := connectorNewPage{Trail: []link{{"Connectors", connectorsPath}}, Form: f}
	p.SlugHint = "The last part of its addresses, for good: " + url + "/sso/… Left empty, it comes from the label."
	p.Groups = f.ticks("groups", "Open to the groups", "Now or later.", choices, more)
	for _, name := range []string{"slug", "roles[0].role_arn", "roles[0].provider_arn", "partition", "description"} {
		p.DetailsOpen = p.DetailsOpen || f.Error(name) != ""
	}
	return p
}

// create stores a new connector and goes to its page. A key that is uploaded comes
// second: when it is not taken, the connector is there and its page says why.
func create(v *visit) error {
	f := posted(v.fields, append(named(v.fields, "groups"), newControls...), newPath)
	in, problems := proposed(f)
	if len(problems) > 0 {
		f.Problems = problems
		return v.showNew(f)
	}
	saved, err := v.CreateConnector(v.ctx(), in)
	if errors.Is(err, store.ErrExists) {
		err = idp.Problems{{Field: "slug", Value: in.Slug, Reason: "is the name of another connector", Remedy: "choose another"}}
	}
	if f.refused(err, nothingStored) {
		f.Values["slug"] = in.Slug
		return v.showNew(f)
	}
	if err != nil {
		return err
	}
	path := connectorsPath + "/" + saved.Connector.Slug
	if in.Key == nil || in.Key.Source != string(idp.SourceUploaded) {
		return v.done(path, "created")
	}
	v.r.SetPathValue("connector", saved.Connector.Slug)
	_, err = v.UploadKey(v.ctx(), saved.Connector.Slug, v.pem("private_key"), v.pem("certificate"))
	if err == nil {
		return v.done(path, "created-keyed")
	}
	return v.afterUpload(err, "")
}

// proposed is the connector that the form asks for, with what was left empty
// filled in from label and account.
func proposed(f form) (resource.Connector, idp.Problems) {
	shown := f.Values["shown"] != ""
	c := resource.Connector{
		Slug: f.Values["slug"], Kind: f.Values["kind"], Label: f.Values["label"], Description: oneLine(f.Values["description"]),
		Shown: &shown, Groups: f.ticked("groups"),
	}
	if c.Slug == "" {
		c.Slug = idp.SlugOf(c.Label)
	}
	if isBookmark(c) {
		c.URL = f.Values["url"]
		return c, nil
	}
	c.Key = &resource.Key{Source: f.Values["key.source"]}
	account := strings.NewReplacer("-", "", " ", "").Replace(f.Values["account"])
	role, provider := f.Values["roles[0].role_arn"], f.Values["roles[0].provider_arn"]
	if account == "" && role == "" && provider == "" {
		return c, idp.Problems{{Field: "account", Reason: "is missing", Remedy: "give the 12 digits of the AWS account, or the ARNs under “Details”"}}
	}
	if account != "" && !awsfed.IsAccount(account) {
		return c, idp.Problems{{Field: "account", Value: account, Reason: "is not an AWS account ID", Remedy: "give its 12 digits"}}
	}
	pair := awsfed.ProposedRole(f.Values["partition"], account, c.Slug)
	c.Roles = []resource.Role{{RoleARN: cmp.Or(role, pair.RoleARN), ProviderARN: cmp.Or(provider, pair.ProviderARN)}}
	return c, nil
}
