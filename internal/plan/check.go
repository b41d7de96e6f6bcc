package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// check tells everything that could not be stored, and names that lead nowhere,
// and puts what can be into its normal form.
func (r *reading) check() {
	groups := distinct(r, r.groups, "name", func(g *Group) string { return g.Name })
	people := map[string]bool{}
	for i := range r.users {
		r.checkUser(&r.users[i])
	}
	for email := range distinct(r, r.users, "email", func(u *User) string { return u.Email }) {
		people[email] = true
	}
	distinct(r, r.users, "name_id", func(u *User) string { return u.NameID })
	r.checkGroups(people)
	for i := range r.connectors {
		r.checkConnector(&r.connectors[i], groups)
	}
	distinct(r, r.connectors, "slug", func(c *Connector) string { return c.Slug })
}

// distinct tells of entries with the same name, and returns all names. Entries
// without one are told elsewhere.
func distinct[T any](r *reading, list []placed[T], field string, name func(*T) string) map[string]bool {
	lines := map[string]int{}
	names := map[string]bool{}
	for i := range list {
		entry := &list[i]
		key := name(&entry.value)
		before, twice := lines[key]
		if key != "" && twice {
			r.at(entry.place(), idp.Problem{Field: field, Value: key, Reason: fmt.Sprintf("is there already, in line %d", before), Remedy: "keep one of them"})
		}
		lines[key] = entry.node.Line
		names[key] = true
	}
	return names
}

// place is where faults of an entry are told.
type place struct {
	path, slug string
	entry      *placed[Connector] // of a connector that a matrix made
	line       func(field string) int
}

func (p *placed[T]) place() place {
	at := place{path: p.path, line: func(field string) int { return lineOf(p.node, field) }}
	made, ok := any(p).(*placed[Connector])
	if ok && made.matrix {
		at.entry, at.slug = made, made.value.Slug
	}
	return at
}

// repeat is a fault that many connectors of a matrix share.
type repeat struct {
	fault *located
	slug  string
	more  int
}

func (r *repeat) whose() string {
	if r.more == 0 {
		return fmt.Sprintf(", in connector %q", r.slug)
	}
	return fmt.Sprintf(", in connector %q and %d more", r.slug, r.more)
}

// at tells a fault of an entry, whose field is a path below it. A fault that a
// matrix makes many times is told once.
func (r *reading) at(p place, fault idp.Problem) {
	if p.entry == nil {
		line := p.line(fault.Field)
		fault.Field = p.path + "." + fault.Field
		r.add(line, fault)
		return
	}
	within := "connector." + fault.Field
	if strings.HasPrefix(fault.Field, "roles") || strings.HasPrefix(fault.Field, "groups") {
		within = "roles"
	}
	fault.Field = p.path + "." + within
	key := fault.Field + "\n" + fault.Reason
	before, known := r.repeats[key]
	if known {
		before.more++
		return
	}
	r.repeats[key] = &repeat{fault: r.add(p.line(within), fault), slug: p.slug}
}

func (r *reading) tell(p place, faults idp.Problems) {
	for _, fault := range faults {
		r.at(p, fault)
	}
}

func (r *reading) checkConnector(entry *placed[Connector], groups map[string]bool) {
	if !entry.sound {
		return
	}
	c, at := &entry.value, entry.place()
	before := len(r.faults)
	r.tell(at, tooMany(c))
	if len(r.faults) > before {
		return // what follows takes time in proportion to their product
	}
	d, err := c.domain()
	r.tell(at, gather(err))
	if d.EntityID == "" && d.Kind == idp.KindAWS {
		d.EntityID = "https://sso.example.com/metadata/" + d.Slug // stands for the default, to be checked with the rest
	}
	r.tell(at, gather(d.Validate()))
	complete := awsfed.CheckConnector
	if d.Active {
		complete = awsfed.CheckComplete
	}
	r.tell(at, gather(complete(&d)))
	r.checkNames(at, c, groups)
	r.tell(at, c.keyFaults())
	if len(r.faults) == before {
		normal, err := c.normal()
		normal.leaveOut(c)
		entry.value = normal
		r.tell(at, gather(err))
	}
}

// tooMany tells of lists that are too long.
func tooMany(c *Connector) idp.Problems {
	var faults idp.Problems
	limit := func(field string, n, most int) {
		if n > most {
			faults = append(faults, idp.Problem{Field: field, Value: fmt.Sprint(n), Reason: "has too many entries", Remedy: fmt.Sprintf("use at most %d", most)})
		}
	}
	limit("roles", len(c.Roles), idp.MaxRoles)
	limit("attributes", len(c.Attributes), idp.MaxAttributes)
	limit("relay_states", len(c.RelayStates), idp.MaxRelayStates)
	limit("groups", len(sorted(c.Groups)), idp.MaxGrants)
	for i, role := range c.Roles {
		limit(fmt.Sprintf("roles[%d].groups", i), len(sorted(role.Groups)), idp.MaxGrants)
	}
	return faults
}

// checkNames tells of groups that cannot be, or that the file's list of groups
// does not have. Those of roles are among the connector's, or told already.
func (r *reading) checkNames(at place, c *Connector, groups map[string]bool) {
	for i, name := range c.Groups {
		field := fmt.Sprintf("groups[%d]", i)
		faults := gather(idp.CheckGroupName(name))
		switch {
		case len(faults) > 0:
			faults[0].Field = field
			r.tell(at, faults)
		case r.has["groups"] && !groups[name]:
			r.at(at, idp.Problem{Field: field, Value: name, Reason: "is not among the groups of this file", Remedy: "add it to groups"})
		}
	}
}

// keyFaults tells what is wrong with what is said of the key.
func (c *Connector) keyFaults() idp.Problems {
	var faults idp.Problems
	add := func(field, value, reason, remedy string) {
		faults = append(faults, idp.Problem{Field: field, Value: value, Reason: reason, Remedy: remedy})
	}
	files := c.PrivateKeyFile != "" || c.CertificateFile != ""
	if c.Kind == string(idp.KindBookmark) && (files || c.Key != nil) {
		add("key", "", "a bookmark has no key", "leave it out")
	}
	if files && (c.PrivateKeyFile == "" || c.CertificateFile == "") {
		add("private_key_file", c.PrivateKeyFile, "stands for one of the two files of a key", "name both private_key_file and certificate_file")
	}
	if c.Key == nil {
		if files {
			c.Key = &Key{Source: string(idp.SourceUploaded)}
		}
		return faults
	}
	if !slices.Contains([]idp.Custody{"", idp.CustodyFile, idp.CustodyKMS, idp.CustodySecrets}, idp.Custody(c.Key.Custody)) {
		add("key.custody", c.Key.Custody, "is not a way to keep a key", "use kms, secretsmanager or file, or leave it out")
	}
	uploaded := c.Key.Source == string(idp.SourceUploaded)
	switch {
	case !uploaded && !slices.Contains([]idp.Source{"", idp.SourceGenerated}, idp.Source(c.Key.Source)):
		add("key.source", c.Key.Source, "is not where a key comes from", "use generated or uploaded")
	case files && !uploaded:
		add("key.source", c.Key.Source, "is not uploaded, and the files of a key are named", "write source: uploaded, or leave the files out")
	case uploaded && c.Key.Custody == string(idp.CustodyKMS):
		add("key.custody", c.Key.Custody, "takes no uploaded keys", "use secretsmanager or file, or leave it out")
	}
	return faults
}

func (r *reading) checkGroups(people map[string]bool) {
	memberships := map[string]int{}
	for i := range r.groups {
		entry := &r.groups[i]
		if !entry.sound {
			continue
		}
		g, at := &entry.value, entry.place()
		r.tell(at, gather((&idp.Group{Name: g.Name, Description: g.Description}).Validate()))
		lines := map[string]bool{}
		for j := range g.Members {
			m := &g.Members[j]
			field := fmt.Sprintf("members[%d].", j)
			wrong := m.faults(field)
			r.tell(at, wrong)
			memberships[m.Email]++
			switch {
			case len(wrong) > 0:
			case lines[m.Email]:
				r.at(at, idp.Problem{Field: field + "email", Value: m.Email, Reason: "is there already", Remedy: "keep one of them"})
			case r.has["users"] && !people[m.Email]:
				r.at(at, idp.Problem{Field: field + "email", Value: m.Email, Reason: "is not among the users of this file", Remedy: "add the person to users"})
			case memberships[m.Email] == idp.MaxMemberships+1:
				r.at(at, idp.Problem{Field: field + "email", Value: m.Email, Reason: fmt.Sprintf("is in more than %d groups", idp.MaxMemberships), Remedy: "take the person out of some"})
			}
			lines[m.Email] = true
		}
	}
}

// faults tells what is wrong with a membership and puts it into its normal form.
func (m *Member) faults(field string) idp.Problems {
	m.Email = idp.NormalEmail(m.Email)
	faults := gather(idp.CheckEmail(m.Email))
	for i := range faults {
		faults[i].Field = field + "email"
	}
	end, problems := idp.ReadEnd(field+"expires_at", m.ExpiresAt)
	if len(problems) == 0 {
		m.ExpiresAt = resource.Stamp(end)
	}
	return append(faults, problems...)
}

func (r *reading) checkUser(entry *placed[User]) {
	u, at := &entry.value, entry.place()
	u.Email = idp.NormalEmail(u.Email)
	if !entry.sound {
		return
	}
	if len(u.Attributes) == 0 {
		u.Attributes = nil
	}
	faults := gather(u.domain().Validate())
	slices.SortFunc(faults, func(a, b idp.Problem) int { return cmp.Compare(a.Field, b.Field) })
	r.tell(at, faults)
	if u.NameID != "" && !isNameID(u.NameID) {
		r.at(at, idp.Problem{Field: "name_id", Value: u.NameID, Reason: "is not a name ID", Remedy: "use the one of an export, or leave it out for a random one"})
	}
}

func (u *User) domain() *idp.User {
	return &idp.User{
		ID: u.Email, Email: u.Email, Name: u.Name, Active: u.Active, NameID: u.NameID,
		AdminRole: idp.AdminRole(u.AdminRole), Attributes: u.Attributes,
	}
}

// isNameID takes what Gatepost itself writes and no more, as the server does.
func isNameID(s string) bool {
	return len(s) >= 8 && len(s) <= 128 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-'
	})
}
