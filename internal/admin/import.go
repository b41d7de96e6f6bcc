package admin

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

// Limits of a file of people.
const (
	MaxImport        = 1 << 20 // bytes
	maxImportRows    = 10000
	maxImportColumns = 3 + idp.MaxUserAttributes
	maxImportTime    = 20 * time.Second // a function has to be ready in time
	importLook       = 100              // lines after which it is asked anew whether the actor is still signed in
)

// The columns of a file of people. Every other column must begin with
// attributePrefix, and gives the attribute that follows it.
const (
	columnEmail     = "email"
	columnName      = "name"
	columnGroups    = "groups" // names, with ; between
	attributePrefix = "attributes."
)

// ImportUsers reads people from a CSV file whose first line names the columns:
// email, and if wanted name, groups and attributes.NAME. Who does not exist is
// created; who does gets the name and the attributes that are given, and the
// groups in addition to their own. Each line stands for itself: one that fails
// says why, and the others go on. A dry run changes nothing. What is not reached
// within 20 seconds is left, and the answer says so. It warns of the people whose
// launch would be refused, of those whom it made or changed, as [Administrator.Warnings]
// does; a dry run does not.
//
// A file that cannot be read at all is [idp.Problems].
func (a *Administrator) ImportUsers(ctx context.Context, file []byte, dryRun bool) (resource.Import, error) {
	err := a.may(ctx, OpUser, "people")
	if err != nil {
		return resource.Import{}, err
	}
	rows, err := readPeople(file)
	if err != nil {
		return resource.Import{}, err
	}
	by := &Administrator{service: a.service, actor: a.actor, dry: dryRun}
	result := resource.Import{DryRun: dryRun, Rows: []resource.ImportRow{}}
	seen := map[string]int{}
	end := a.service.Now().Add(maxImportTime)
	for i, row := range rows {
		if ctx.Err() != nil { // whoever asked is gone
			return resource.Import{}, ctx.Err()
		}
		done := resource.ImportRow{Line: row.line, Email: row.email}
		if len(row.email) > idp.MaxEmail {
			done.Email = clip(row.email)
		}
		if earlier, twice := seen[row.email]; twice {
			row.fault = fmt.Sprintf("is in line %d already", earlier)
		}
		seen[row.email] = row.line
		if i%importLook == importLook-1 {
			err = by.stillIn(ctx)
			if err != nil {
				return resource.Import{}, err
			}
		}
		if a.service.Now().After(end) {
			done.Does, done.Detail = doesLater, "was not reached in time: import the file again from this line on"
		} else {
			done.Does, done.Detail, err = by.importRow(ctx, row)
		}
		if err != nil {
			return resource.Import{}, err
		}
		count(&result, done)
	}
	if !dryRun {
		result.Warnings = a.service.importWarnings(ctx, result.Rows)
	}
	return result, nil
}

// What an import does with a line.
const (
	doesCreate  = "create"
	doesUpdate  = "update"
	doesNothing = "nothing"
	doesFail    = "fail"
	doesLater   = "later" // it was not reached
)

func count(result *resource.Import, row resource.ImportRow) {
	result.Rows = append(result.Rows, row)
	switch row.Does {
	case doesCreate:
		result.Created++
	case doesUpdate:
		result.Updated++
	case doesNothing:
		result.Unchanged++
	case doesLater:
		result.Later++
	default:
		result.Failed++
	}
}

// stillIn fails with [ErrNotSignedIn] when what the actor came with is over by now,
// save by idling.
func (a *Administrator) stillIn(ctx context.Context) error {
	began := a.actor.began
	if began == nil {
		return nil
	}
	var facts idp.Facts
	var err error
	if a.actor.token != nil {
		_, facts, err = a.service.Store.Token(ctx, a.actor.token.Hash)
	} else {
		facts, err = a.service.Store.SignedIn(ctx, a.actor.ticket)
	}
	if err != nil && !isNotFound(err) {
		return err
	}
	gone := err != nil || a.actor.token == nil && facts.Session == nil || a.actor.ID != "" && facts.User == nil
	if gone || facts.Instance.Epoch != began.Instance || facts.UserEpoch != began.User {
		return ErrNotSignedIn
	}
	return nil
}

// importRow does what one line asks for. What is wrong with the line is in the
// answer; the error is for the store.
func (a *Administrator) importRow(ctx context.Context, row person) (does, detail string, err error) {
	if row.fault != "" {
		return doesFail, row.fault, nil
	}
	before, err := a.service.User(ctx, row.email)
	switch {
	case isNotFound(err):
		does, err = doesCreate, a.importNew(ctx, row)
	case err == nil:
		does, err = a.importOld(ctx, before, row)
	}
	if err == nil {
		return does, "", nil
	}
	var problems idp.Problems
	var denied *Denied
	switch {
	case errors.As(err, &problems):
		return doesFail, problems[0].Sentence(), nil
	case errors.As(err, &denied):
		return doesFail, denied.Error(), nil
	case errors.Is(err, store.ErrStale), errors.Is(err, store.ErrExists), isNotFound(err):
		return doesFail, "somebody else changed this person, or a group, just now; run the import again", nil
	}
	return "", "", err
}

func (a *Administrator) importNew(ctx context.Context, row person) error {
	shape := resource.User{Email: row.email, Name: row.name, Attributes: row.attributes}
	for _, group := range row.groups {
		shape.Groups = append(shape.Groups, resource.Membership{Name: group})
	}
	if a.dry {
		_, err := a.memberships(ctx, nil, &idp.User{Email: row.email, Name: row.name, Attributes: row.attributes}, shape.Groups)
		return err
	}
	_, err := a.CreateUser(ctx, shape)
	return err
}

func (a *Administrator) importOld(ctx context.Context, before *idp.User, row person) (string, error) {
	shown, err := a.service.showOne(ctx, before)
	if err != nil {
		return "", err
	}
	changed := row.change(&shown)
	if !changed {
		return doesNothing, nil
	}
	if a.dry {
		after := *before
		after.Name, after.Attributes = shown.Name, shown.Attributes
		err := a.mayMake(ctx, before, &after)
		if err != nil {
			return "", err
		}
		_, err = a.memberships(ctx, before, &after, shown.Groups)
		return doesUpdate, err
	}
	_, err = a.UpdateUser(ctx, row.email, shown.ETag, func(u *resource.User) error {
		row.change(u)
		return nil
	})
	return doesUpdate, err
}

// person is a line of the file.
type person struct {
	line       int
	email      string
	name       string
	hasName    bool
	groups     []string
	attributes map[string]string
	fault      string
}

// change lays the line over a person and reports whether that changes anything.
func (p person) change(u *resource.User) bool {
	changed := false
	if p.hasName && u.Name != p.name {
		u.Name, changed = p.name, true
	}
	attributes := maps.Clone(u.Attributes)
	maps.Copy(attributes, p.attributes)
	if !maps.Equal(attributes, u.Attributes) {
		u.Attributes, changed = attributes, true
	}
	for _, group := range p.groups {
		if !slices.ContainsFunc(u.Groups, func(m resource.Membership) bool { return m.Name == group }) {
			u.Groups, changed = append(u.Groups, resource.Membership{Name: group}), true
		}
	}
	return changed
}

func fileFault(reason, remedy string) error {
	return idp.Problems{{Field: "file", Reason: reason, Remedy: remedy}}
}

func readPeople(file []byte) ([]person, error) {
	if len(file) > MaxImport {
		return nil, fileFault("is larger than 1 MiB", "divide it")
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf")))) // spreadsheets write a mark
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, fileFault("is empty", "begin with a line that names the columns: email,name,groups")
	}
	if err != nil {
		return nil, fileFault(fmt.Sprintf("is not CSV (%v)", err), "separate the cells with commas")
	}
	err = checkHeader(header)
	if err != nil {
		return nil, err
	}
	var rows []person
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fileFault(fmt.Sprintf("is not CSV (%v)", err), "give each line as many cells as the first")
		}
		if len(rows) == maxImportRows {
			return nil, fileFault(fmt.Sprintf("has more than %d people", maxImportRows), "divide it")
		}
		line, _ := reader.FieldPos(0)
		rows = append(rows, readPerson(line, header, cells))
	}
}

func checkHeader(header []string) error {
	if len(header) > maxImportColumns {
		return fileFault(fmt.Sprintf("has %d columns", len(header)), fmt.Sprintf("use at most %d: email, name, groups and attributes.NAME", maxImportColumns))
	}
	var problems idp.Problems
	for i, name := range header {
		known := name == columnEmail || name == columnName || name == columnGroups || strings.HasPrefix(name, attributePrefix) && name != attributePrefix
		if !known {
			problems = append(problems, idp.Problem{Field: "file", Value: name, Reason: "is not a column", Remedy: "use email, name, groups and attributes.NAME"})
		}
		if slices.Contains(header[:i], name) {
			problems = append(problems, idp.Problem{Field: "file", Value: name, Reason: "is a column twice", Remedy: "leave one"})
		}
	}
	if !slices.Contains(header, columnEmail) {
		problems = append(problems, idp.Problem{Field: "file", Reason: "has no column email", Remedy: "begin with a line that names the columns: email,name,groups"})
	}
	return problems.Err()
}

// formula are the first characters by which a spreadsheet takes a cell for a
// formula. A name that begins so would run in the next one who opens an export.
const formula = "=+-@\t\r"

func readPerson(line int, header, cells []string) person {
	p := person{line: line, attributes: map[string]string{}}
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if cells[i] != "" && strings.ContainsRune(formula, rune(cells[i][0])) || cell != "" && strings.ContainsRune(formula, rune(cell[0])) {
			p.fault = fmt.Sprintf("%s begins a formula: %q is refused", header[i], clip(cell))
		}
		switch name := header[i]; {
		case name == columnEmail:
			p.email = idp.NormalEmail(cell)
		case name == columnName:
			p.name, p.hasName = cell, true
		case name == columnGroups:
			p.groups = splitGroups(cell)
			if len(p.groups) > idp.MaxMemberships {
				p.fault = fmt.Sprintf("has more than %d groups", idp.MaxMemberships)
			}
		case cell != "":
			p.attributes[strings.TrimPrefix(name, attributePrefix)] = cell
		}
	}
	return p
}

// splitGroups are the groups of a cell, each once: at most one more than a person
// can have, so that what follows does not grow with the cell.
func splitGroups(cell string) []string {
	var groups []string
	for part := range strings.SplitSeq(cell, ";") {
		part = strings.TrimSpace(part)
		if part != "" && !slices.Contains(groups, part) {
			groups = append(groups, part)
		}
		if len(groups) > idp.MaxMemberships {
			break
		}
	}
	return groups
}

// clip keeps a hostile cell from flooding an answer.
func clip(s string) string {
	runes := []rune(s[:min(len(s), 61*utf8.UTFMax)])
	if len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return s
}
