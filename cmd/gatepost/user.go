package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) userCommand() *cobra.Command {
	cmd := family("user", "People: list, create, change, suspend, delete")
	cmd.AddCommand(
		p.userList(), p.userCreate(), p.userUpdate(),
		p.onUser("show", "Show a person", p.showUser),
		p.onUser("suspend", "Close everything to a person and end their sessions", func(ctx context.Context, s *admin.Service, email string) error {
			return p.done(s.Suspend(ctx, actor(), email), "%s is suspended; every session has ended", email)
		}),
		p.onUser("resume", "Let a suspended person in again", func(ctx context.Context, s *admin.Service, email string) error {
			return p.done(s.Resume(ctx, actor(), email), "%s can sign in again", email)
		}),
		p.onUser("delete", "Delete a person", func(ctx context.Context, s *admin.Service, email string) error {
			return p.done(s.DeleteUser(ctx, actor(), email), "%s is deleted", email)
		}),
		p.onUser("password-link", "Print a one-time link by which a person sets a password", func(ctx context.Context, s *admin.Service, email string) error {
			link, err := s.PasswordLink(ctx, actor(), email)
			return p.done(err, "%s", link)
		}),
		p.onUser("set-password", "Set a person's password, read from standard input", func(ctx context.Context, s *admin.Service, email string) error {
			password, err := p.readPassword()
			if err != nil {
				return err
			}
			return p.done(s.SetPassword(ctx, actor(), email, password), "the password of %s is set", email)
		}),
	)
	return cmd
}

// onUser is a command about one person.
func (p *program) onUser(use, short string, do func(context.Context, *admin.Service, string) error) *cobra.Command {
	return &cobra.Command{
		Use:     use + " EMAIL",
		Short:   short,
		Example: "  gatepost user " + use + " alice@example.com",
		Args:    cobra.ExactArgs(1),
		RunE: p.on(func(ctx context.Context, s *admin.Service, args []string) error {
			return do(ctx, s, idp.NormalEmail(args[0]))
		}),
	}
}

// done says what was done, unless it failed.
func (p *program) done(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return p.say(format, args...)
}

func (p *program) userList() *cobra.Command {
	return &cobra.Command{
		Use: "list [PREFIX]", Short: "List people, by the beginning of their email", Example: "  gatepost user list\n  gatepost user list alice -o yaml", Args: cobra.MaximumNArgs(1),
		RunE: p.on(func(ctx context.Context, s *admin.Service, args []string) error {
			users, err := s.Users(ctx, strings.Join(args, ""))
			if err != nil {
				return err
			}
			list := make([]resource.User, 0, len(users))
			rows := [][]string{{"EMAIL", "NAME", "ACTIVE", "ADMIN", "GROUPS"}}
			for _, u := range users {
				shown, err := s.ShowUser(ctx, u)
				if err != nil {
					return err
				}
				list = append(list, shown)
				rows = append(rows, userRow(shown))
			}
			return p.show(list, rows)
		}),
	}
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

func (p *program) showUser(ctx context.Context, s *admin.Service, email string) error {
	u, err := s.User(ctx, email)
	if err != nil {
		return err
	}
	shown, err := s.ShowUser(ctx, u)
	if err != nil {
		return err
	}
	return p.show(shown, [][]string{{"EMAIL", "NAME", "ACTIVE", "ADMIN", "GROUPS"}, userRow(shown)})
}

func (p *program) userCreate() *cobra.Command {
	var in admin.NewUser
	var role string
	var attributes map[string]string
	var withPassword bool
	cmd := &cobra.Command{
		Use: "create EMAIL", Short: "Create a person",
		Example: `  gatepost user create alice@example.com --name "Alice Example"
  gatepost user create root@example.com --admin-role owner --password-stdin < password.txt`,
		Args: cobra.ExactArgs(1),
		RunE: p.on(func(ctx context.Context, s *admin.Service, args []string) error {
			in.Email, in.AdminRole, in.Attributes = args[0], idp.AdminRole(role), attributes
			var password string
			if withPassword {
				var err error
				password, err = p.readPassword()
				if err != nil {
					return err
				}
			}
			u, err := s.CreateUserWithPassword(ctx, actor(), in, password)
			if err != nil {
				return err
			}
			err = p.say("%s is created", u.Email)
			if err != nil || withPassword {
				return err
			}
			return p.note("next: gatepost user password-link %s", u.Email)
		}),
	}
	cmd.Flags().StringVar(&in.Name, "name", "", "display name")
	cmd.Flags().StringVar(&role, "admin-role", "", "viewer, helpdesk, connector-admin or owner")
	cmd.Flags().StringToStringVar(&attributes, "attribute", nil, "attribute of the person, as NAME=VALUE; may be repeated")
	cmd.Flags().BoolVar(&withPassword, "password-stdin", false, "read the password from standard input")
	return cmd
}

func (p *program) userUpdate() *cobra.Command {
	var name, role string
	var attributes map[string]string
	cmd := &cobra.Command{
		Use: "update EMAIL", Short: "Change a person's name, administrator role or attributes",
		Example: "  gatepost user update alice@example.com --admin-role helpdesk --attribute team=blue",
		Args:    cobra.ExactArgs(1),
	}
	flags := cmd.Flags()
	flags.StringVar(&name, "name", "", "display name")
	flags.StringVar(&role, "admin-role", "", `viewer, helpdesk, connector-admin, owner, or "" for none`)
	flags.StringToStringVar(&attributes, "attribute", nil, "attribute to set, as NAME=VALUE; an empty value removes it")
	cmd.RunE = p.on(func(ctx context.Context, s *admin.Service, args []string) error {
		u, err := s.UpdateUser(ctx, actor(), args[0], func(u *idp.User) {
			if flags.Changed("name") {
				u.Name = name
			}
			if flags.Changed("admin-role") {
				u.AdminRole = idp.AdminRole(role)
			}
			u.Attributes = merged(u.Attributes, attributes)
		})
		if err != nil {
			return err
		}
		return p.say("%s is changed", u.Email)
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

// readPassword reads one line from standard input. A password is never an
// argument: arguments are seen by every process of the machine.
func (p *program) readPassword() (string, error) {
	line, err := bufio.NewReader(io.LimitReader(p.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read password: %w", err)
	}
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", &usageError{"there is no password on standard input", "write it there: gatepost user set-password EMAIL < password.txt"}
	}
	return password, nil
}
