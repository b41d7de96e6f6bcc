package main

import (
	"context"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

var userHeading = []string{"EMAIL", "NAME", "ACTIVE", "ADMIN", "GROUPS"}

func (p *program) userCommand() *cobra.Command {
	cmd := family("user", "People: list, create, change, suspend, delete, import")
	users := listing[resource.User]{
		short: "List people, by the beginning of their email", example: "  gatepost user list\n  gatepost user list alice -o yaml\n  gatepost user list --search example",
		heading: userHeading, row: userRow,
		all: func(s *site, ctx context.Context, l client.List) iter.Seq2[resource.User, error] {
			return s.Users(ctx, l)
		},
	}
	cmd.AddCommand(
		users.command(p), p.userCreate(), p.userUpdate(), p.userImport(), p.setPassword(),
		p.onUser("show", "Show a person", p.showUser),
		about(`Close everything to a person and end their sessions. Not everybody who may do that lets the
person in again: `+resumers+`.`, p.onUser("suspend", "Close everything to a person and end their sessions", func(ctx context.Context, s *site, email string) error {
			return p.done(s.SuspendUser(ctx, email), "%s is suspended; every session has ended", email)
		})),
		p.onUser("resume", "Let a suspended person in again", func(ctx context.Context, s *site, email string) error {
			return p.done(s.ResumeUser(ctx, email), "%s can sign in again", email)
		}),
		p.onUser("delete", "Delete a person", func(ctx context.Context, s *site, email string) error {
			return p.done(s.DeleteUser(ctx, email, client.AnyVersion), "%s is deleted", email)
		}),
		p.onUser("password-link", "Print a one-time link by which a person sets a password", func(ctx context.Context, s *site, email string) error {
			link, err := s.PasswordLink(ctx, email)
			if err != nil {
				return err
			}
			err = p.tell(link, "%s", link.URL)
			if err != nil || link.Note == "" {
				return err
			}
			return p.note("note: %s", link.Note)
		}),
	)
	return cmd
}

// onUser is a command about one person.
func (p *program) onUser(use, short string, do func(context.Context, *site, string) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " EMAIL", Short: short, Example: "  gatepost user " + use + " alice@example.com",
		Args: cobra.ExactArgs(1), ValidArgsFunction: p.complete(emails),
		RunE: p.on(func(ctx context.Context, s *site, args []string) error {
			return do(ctx, s, idp.NormalEmail(args[0]))
		}),
	}
}

// about is the command with more to say in its help.
func about(long string, cmd *cobra.Command) *cobra.Command {
	cmd.Long = long
	return cmd
}

func userRow(u resource.User) []string {
	var groups []string
	for _, g := range u.Groups {
		name := g.Name
		if g.ExpiresAt != "" {
			name += " (until " + g.ExpiresAt + ")"
		}
		groups = append(groups, name)
	}
	return []string{u.Email, u.Name, yesNo(u.Active), u.AdminRole, strings.Join(groups, ", ")}
}

func (p *program) showUser(ctx context.Context, s *site, email string) error {
	u, err := s.User(ctx, email)
	if err != nil {
		return err
	}
	err = p.show(u, [][]string{userHeading, userRow(u)})
	if err != nil || len(u.Unconfirmed) == 0 {
		return err
	}
	return p.note("changed by helpdesk, and told to no AWS account until an owner saves the person: %s", strings.Join(u.UnconfirmedWords(), ", "))
}

func (p *program) userUpdate() *cobra.Command {
	var name, role string
	var attributes map[string]string
	cmd := &cobra.Command{
		Use: "update EMAIL", Short: "Change a person's name, administrator role or attributes",
		Example: "  gatepost user update alice@example.com --admin-role helpdesk --attribute team=blue",
		Args:    cobra.ExactArgs(1), ValidArgsFunction: p.complete(emails),
	}
	flags := cmd.Flags()
	flags.StringVar(&name, "name", "", "display name")
	flags.StringVar(&role, "admin-role", "", `viewer, helpdesk, connector-admin, owner, or "" for none`)
	flags.StringToStringVar(&attributes, "attribute", nil, "attribute to set, as NAME=VALUE; an empty value removes it")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		u, err := s.UpdateUser(ctx, idp.NormalEmail(args[0]), "", func(u *resource.User) error {
			if flags.Changed("name") {
				u.Name = name
			}
			if flags.Changed("admin-role") {
				u.AdminRole = role
			}
			u.Attributes = merged(u.Attributes, attributes)
			return nil
		})
		if err != nil {
			return err
		}
		return p.tell(u, "%s is changed", u.Email)
	})
	return cmd
}

func merged(attributes, changes map[string]string) map[string]string {
	all := map[string]string{}
	for key, value := range attributes {
		all[key] = value
	}
	for key, value := range changes {
		if value == "" {
			delete(all, key)
			continue
		}
		all[key] = value
	}
	return all
}
