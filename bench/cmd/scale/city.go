package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

// size is how much there is of everything.
type size struct {
	Connectors int `json:"connectors"`
	Groups     int `json:"groups"`
	Users      int `json:"users"`
}

// owner administers the city and is in the file, since what it does not list is
// destroyed.
const owner = "owner@example.com"

// nameID begins the name IDs of the city's people.
const nameID = "n_"

// Each connector is granted to three groups, and a person is in five groups on
// average: from one to nine. Few memberships end.
const (
	grants   = 3
	mostIn   = 9
	endsOnce = 50
	lastDay  = "2099-12-31T18:00:00Z"
)

var (
	places = strings.Fields("Frankfurt Dublin Paris London Stockholm Milan Zürich Tokyo Sydney Ohio Oregon Montréal")
	stages = strings.Fields("prod staging test dev sandbox")
	works  = strings.Fields("billing search identity shipping payments reports warehouse mobile web data network security")
	names  = strings.Fields("Ada Björn Chiara Deniz Elif Farid Grace Hedy Ines Jiro Katya Liam Mina Noor Olga Pedro Quinn Rosa Sven Tomo")
)

// city is a declarative file of that size, always the same for the same seed.
// Nothing in it is left to whoever applies it: people come with their name IDs.
func city(n size, seed uint64) *plan.File {
	r := rand.New(rand.NewPCG(seed, 0))
	f := &plan.File{Version: plan.FileVersion}
	for i := range n.Groups {
		f.Groups = append(f.Groups, plan.Group{
			Name: fmt.Sprintf("%s-%s-%03d", pick(r, works), pick(r, stages), i), Description: "People of " + pick(r, places), Members: plan.Section[plan.Member]{},
		})
	}
	for i := range n.Connectors {
		f.Connectors = append(f.Connectors, account(r, i, f.Groups))
	}
	f.Users = append(f.Users, plan.User{Email: owner, Name: "Owner", Active: true, AdminRole: "owner"})
	for i := range n.Users {
		u := plan.User{
			Email: fmt.Sprintf("%s.%05d@example.com", pick(r, works), i), Name: pick(r, names) + " " + pick(r, places),
			Active: r.IntN(50) > 0, NameID: nameID + fmt.Sprintf("%016x", r.Uint64()),
		}
		f.Users = append(f.Users, u)
		join(r, f.Groups, u.Email)
	}
	return f
}

func pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }

// some are different numbers below n.
func some(r *rand.Rand, n, count int) []int { return r.Perm(n)[:min(n, count)] }

// account is a connector for an account of its own, with a role for all of its
// groups and one for each of them.
func account(r *rand.Rand, i int, groups []plan.Group) plan.Connector {
	work, stage := pick(r, works), pick(r, stages)
	c := plan.Connector{
		Slug: fmt.Sprintf("%s-%s-%04d", work, stage, i), Kind: "aws", Label: fmt.Sprintf("%s %s %d", work, stage, i),
		Description: "In " + pick(r, places), Shown: true, Active: true, Key: &plan.Key{Custody: "file", Source: "generated"},
	}
	for _, g := range some(r, len(groups), grants) {
		c.Groups = append(c.Groups, groups[g].Name)
	}
	slices.Sort(c.Groups)
	c.Roles = []resource.Role{role(i, "ReadOnly")}
	for k, group := range c.Groups {
		c.Roles = append(c.Roles, role(i, fmt.Sprintf("Team%d", k), group))
	}
	return c
}

func role(account int, name string, groups ...string) resource.Role {
	iam := fmt.Sprintf("arn:aws:iam::%012d:", 100_000_000_000+account)
	return resource.Role{RoleARN: iam + "role/" + name, ProviderARN: iam + "saml-provider/Gatepost", Groups: groups}
}

// join puts a person into some groups.
func join(r *rand.Rand, groups []plan.Group, email string) {
	for _, g := range some(r, len(groups), 1+r.IntN(mostIn)) {
		m := plan.Member{Email: email}
		if r.IntN(endsOnce) == 0 {
			m.ExpiresAt = lastDay
		}
		groups[g].Members = append(groups[g].Members, m)
	}
}

// changed is a city in which some of everything is another: one in ten connectors
// has another description and role, one in a hundred is closed, one in a hundred
// people has another name, and two in a hundred moved to another group.
func changed(n size, seed uint64) *plan.File {
	f := city(n, seed)
	for i := range f.Connectors {
		c := &f.Connectors[i]
		if i%10 == 0 {
			c.Description = "Moved to Oslo"
			c.Roles = append(c.Roles, role(i, "Auditor"))
		}
		c.Active = i%100 != 5
	}
	for i := range f.Users {
		if i%100 == 1 {
			f.Users[i].Name = "Renamed " + f.Users[i].Name
		}
	}
	left := max(1, n.Users*2/100)
	for i := range f.Groups {
		from, to := &f.Groups[i], &f.Groups[(i+1)%n.Groups]
		if left == 0 || len(from.Members) == 0 {
			continue
		}
		one := from.Members[0]
		if slices.ContainsFunc(to.Members, func(m plan.Member) bool { return m.Email == one.Email }) {
			continue
		}
		from.Members, to.Members = from.Members[1:], append(to.Members, one)
		left--
	}
	return f
}

// writeFiles writes both cities to where the program reads them.
func (b *bench) writeFiles() error {
	for name, file := range map[string]*plan.File{cityFile: city(b.size, b.seed), changedFile: changed(b.size, b.seed)} {
		text, err := file.Marshal()
		if err != nil {
			return err
		}
		err = os.WriteFile(b.path(name), text, 0o600)
		if err != nil {
			return err
		}
		if name == cityFile {
			b.report.FileBytes, b.report.FileLines = len(text), strings.Count(string(text), "\n")
		}
	}
	return nil
}

const (
	cityFile    = "city.yaml"
	changedFile = "changed.yaml"
)
