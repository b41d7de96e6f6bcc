package console

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// peopled is a site with people of every kind: alice, to whom a connector is open,
// sam, to whom it would be but for being suspended, carol, an administrator, erin, to
// whom nothing is open, and two whom an owner and helpdesk have locked out.
func peopled(t *testing.T, role idp.AdminRole, lockdown bool) *site {
	t.Helper()
	s := newSite(t)
	s.furnish()
	s.admit()
	s.group("lunch")
	ctx := t.Context()
	for _, name := range []string{"lola", "hugo"} {
		_, err := s.owner().CreateUser(ctx, resource.User{Email: name + "@example.com", Attributes: map[string]string{}, Groups: []resource.Membership{{Name: "lunch"}}})
		s.must(err)
	}
	_, err := s.owner().UpdateUser(ctx, "carol@example.com", "", func(u *resource.User) error {
		u.AdminRole, u.Groups = "viewer", append(u.Groups, resource.Membership{Name: "lunch"})
		return nil
	})
	s.must(err)
	s.must(s.owner().LockUser(ctx, "lola@example.com"))
	_, err = s.owner().CreateUser(ctx, resource.User{Email: "sam@example.com", Attributes: map[string]string{}, Groups: []resource.Membership{{Name: "engineers"}}})
	s.must(err)
	s.must(s.owner().SuspendUser(ctx, "sam@example.com"))
	s.must(s.service.As(admin.Actor{Name: "helga@example.com", Role: idp.AdminHelpdesk}).LockUser(ctx, "hugo@example.com"))
	s.who.Role = role
	if lockdown {
		s.must(s.owner().Lockdown(ctx))
		token, err := s.service.PrincipalToken(ctx, "arn:aws:iam::111122223333:role/x", role, admin.Actor{})
		s.must(err)
		s.who, err = s.service.ByToken(ctx, token.Secret, admin.Actor{})
		s.must(err)
		s.who.Name = "dana@example.com"
	}
	return s
}

var (
	postForms = regexp.MustCompile(`(?s)<form method="post" action="([^"]*)"[^>]*>.*?</form>`)
	buttons   = regexp.MustCompile(`(?s)<button([^>]*)>`)
	pagesTo   = regexp.MustCompile(`<a [^>]*href="(/admin[^"#?]*)"`)
)

// offer is a button that a page offers.
type offer struct{ page, action, name, value string }

// offers are the buttons that can be pressed on a page and on those that it leads to.
func (s *site) offers() []offer {
	var list []offer
	seen := map[string]bool{}
	next := []string{Root}
	for len(next) > 0 {
		path := next[0]
		next = next[1:]
		if seen[path] || strings.HasSuffix(path, "/metadata") {
			continue
		}
		seen[path] = true
		a := s.get(path)
		if a.status == http.StatusForbidden {
			s.Errorf("a page leads the role %s to %s, which refuses", s.who.Role, path)
		}
		for _, found := range pagesTo.FindAllStringSubmatch(a.body, -1) {
			next = append(next, html(found[1]))
		}
		for _, form := range postForms.FindAllStringSubmatch(a.body, -1) {
			for _, b := range buttons.FindAllStringSubmatch(form[0], -1) {
				if strings.Contains(b[1], `type="button"`) || strings.Contains(b[1], ` aria-hidden`) || form[1] == "/signout" {
					continue
				}
				if strings.Contains(b[1], " disabled") {
					s.told(path, a.body, b[1])
					continue
				}
				list = append(list, offer{path, html(form[1]), attribute(b[1], "name"), attribute(b[1], "value")})
			}
		}
	}
	return list
}

// told demands that a page says why a button is closed.
func (s *site) told(path, body, button string) {
	s.Helper()
	id := attribute(button, "aria-describedby")
	_, text, found := strings.Cut(body, ` id="`+id+`">`)
	text, _, _ = strings.Cut(text, "<")
	if id == "" || !found || strings.TrimSpace(text) == "" {
		s.Errorf("%s does not say why a button is closed: <button%s>", path, button)
	}
}

// press presses a button of a page whose first field is changed, and says yes to what
// is asked.
func (s *site) press(o offer) answer {
	s.Helper()
	page := s.get(o.page)
	if !strings.Contains(page.body, `action="`+o.action+`"`) {
		return answer{} // a token, which has another ID each time
	}
	fields := s.formOf(page, o.action)
	for _, name := range []string{"name", "description"} {
		_, is := fields[name]
		if is {
			fields[name] += "x"
			break
		}
	}
	if o.name != "" {
		fields[o.name] = o.value
	}
	a := s.post(o.action, fields)
	for range 2 {
		if a.status != http.StatusOK || !strings.Contains(a.body, `name="confirmed"`) {
			break
		}
		a = s.post(o.action, s.formOf(a, o.action))
	}
	return a
}

// What a page offers is not refused, whoever looks at it and whoever it is about; what
// would be is closed, and the page says why.
func TestNoPageOffersWhatWouldBeRefused(t *testing.T) {
	for _, role := range []idp.AdminRole{idp.AdminViewer, idp.AdminHelpdesk, idp.AdminConnectors} {
		for _, lockdown := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, lockdown %v", role, lockdown), func(t *testing.T) {
				t.Parallel()
				pressed := map[string]bool{}
				for _, o := range peopled(t, role, lockdown).offers() {
					s := peopled(t, role, lockdown)
					a := s.press(o)
					if a.status == http.StatusForbidden {
						t.Errorf("%s offers %s %s %s, which is refused", o.page, o.action, o.name, o.value)
					}
					pressed[o.action] = true
				}
				t.Log(len(pressed), slices.Sorted(maps.Keys(pressed)))
			})
		}
	}
}
