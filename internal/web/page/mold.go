package page

import (
	"bytes"
	"strconv"
	"strings"
)

// mold is a launch page as its template wrote it once, taken apart where the values
// go. html/template takes a tenth of the time of a signature for this page, and a
// launch is all that people wait for.
//
// Nothing is escaped here: a mold is filled only with values that the template
// would write as they are, "+" apart. All others are left to the template.
type mold struct {
	parts  [][]byte // one more than there are places
	places []int    // which value goes between two parts
}

// shape is all that decides what stands around the values.
type shape struct {
	filled  uint64 // a bit for each value that is not empty: templates ask no more
	signOut bool
	admin   bool
}

// values are all that differs between two launches of a shape.
func (l *launchView) values() []*string {
	return []*string{
		&l.SAMLResponse, &l.RelayState, &l.RealAddress, &l.Action, &l.Again,
		&l.User.Email, &l.Connector.Label, &l.Connector.Image, &l.Connector.Tone, &l.Connector.Monogram, &l.Role.Name,
		&l.Ending.Access, &l.Ending.Session, &l.Ending.Early,
	}
}

// body is a page as it is sent.
func (r *Renderer) body(v view) ([]byte, error) {
	l, isLaunch := v.data.(launchView)
	if !isLaunch || !l.plain() {
		return r.execute(v)
	}
	values := l.values()
	s := shape{signOut: l.policy.allowsSelf(), admin: l.User.Admin}
	for i, value := range values {
		if *value != "" {
			s.filled |= 1 << i
		}
	}
	m, err := r.mold(s, l)
	if err != nil {
		return nil, err
	}
	return m.fill(values), nil
}

// mold is the mold for launches of l's shape.
func (r *Renderer) mold(s shape, l launchView) (*mold, error) {
	made, found := r.molds.Load(s)
	if found {
		return made.(*mold), nil
	}
	for i, value := range l.values() {
		if *value != "" {
			*value = mark + strconv.Itoa(i) + "/"
		}
	}
	page, err := r.execute(l.view())
	if err != nil {
		return nil, err
	}
	m := takeApart(page)
	r.molds.Store(s, m)
	return m, nil
}

// mark begins what stands for a value in a mold. It is a path, so that it passes
// for an address too.
const mark = "/value-of-a-launch/"

func takeApart(page []byte) *mold {
	parts := bytes.Split(page, []byte(mark))
	m := &mold{parts: parts[:1]}
	for _, part := range parts[1:] {
		number, rest, _ := bytes.Cut(part, []byte("/"))
		place, err := strconv.Atoi(string(number))
		if err != nil {
			panic("page: a mark of a launch was changed by its template: " + err.Error())
		}
		m.parts, m.places = append(m.parts, rest), append(m.places, place)
	}
	return m
}

func (m *mold) fill(values []*string) []byte {
	size := 0
	for i, part := range m.parts {
		size += len(part)
		if i > 0 {
			value := *values[m.places[i-1]]
			size += len(value) + strings.Count(value, "+")*len("&#43;")
		}
	}
	page := append(make([]byte, 0, size), m.parts[0]...)
	for i, place := range m.places {
		page = appendPlain(page, *values[place])
		page = append(page, m.parts[i+1]...)
	}
	return page
}

// plainBytes are those that html/template writes as they are in text, in quoted
// attributes and, but for the space, in addresses; and "+", see appendPlain.
var plainBytes = func() (table [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -._~/:=?@,+") {
		table[c] = true
	}
	return table
}()

// plain reports whether the template would write all values as they are.
func (l *launchView) plain() bool {
	for _, address := range []string{l.Action, l.Again, l.Connector.Image} {
		if strings.Contains(address, " ") {
			return false
		}
	}
	for _, path := range []string{l.Again, l.Connector.Image} {
		if path != "" && local(path) != path {
			return false
		}
	}
	for _, value := range l.values() {
		for _, c := range []byte(*value) {
			if !plainBytes[c] {
				return false
			}
		}
	}
	return true
}

// appendPlain writes a plain value. The one character that html/template escapes
// in it is the "+" of base64, everywhere in the same way.
func appendPlain(page []byte, s string) []byte {
	for before, after, found := strings.Cut(s, "+"); found; before, after, found = strings.Cut(s, "+") {
		page = append(append(page, before...), "&#43;"...)
		s = after
	}
	return append(page, s...)
}
