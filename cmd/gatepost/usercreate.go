package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// passwordsStay is what a command that takes a password says with a server: it
// works on an open store alone, so that no password crosses the API.
func passwordsStay() error {
	return &usageError{"a password is never sent over the config API", "leave --server out to work on the store, or make a link by which the person sets one: gatepost user password-link EMAIL"}
}

func (p *program) userCreate() *cobra.Command {
	var in resource.User
	var withPassword bool
	cmd := &cobra.Command{
		Use: "create EMAIL", Short: "Create a person",
		Example: `  gatepost user create alice@example.com --name "Alice Example"
  gatepost user create root@example.com --admin-role owner --password-stdin < password.txt`,
		Args: cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&in.Name, "name", "", "display name")
	cmd.Flags().StringVar(&in.AdminRole, "admin-role", "", "viewer, helpdesk, connector-admin or owner")
	cmd.Flags().StringToStringVar(&in.Attributes, "attribute", nil, "attribute of the person, as NAME=VALUE; may be repeated")
	cmd.Flags().BoolVar(&withPassword, "password-stdin", false, "read the password from standard input; on an open store only, not with --server")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		in.Email, in.Active = args[0], true
		if withPassword {
			return p.createWithPassword(ctx, s, in)
		}
		u, err := s.CreateUser(ctx, in)
		if err != nil {
			return err
		}
		err = p.tell(u, "%s is created", u.Email)
		if err != nil {
			return err
		}
		return p.note("next: gatepost user password-link %s", u.Email)
	})
	return cmd
}

// createWithPassword checks the password before anything is stored.
func (p *program) createWithPassword(ctx context.Context, s *site, in resource.User) error {
	if s.local == nil {
		return passwordsStay()
	}
	password, err := p.readPassword(ctx)
	if err != nil {
		return err
	}
	made := admin.NewUser{Email: in.Email, Name: in.Name, AdminRole: idp.AdminRole(in.AdminRole), Attributes: in.Attributes}
	u, err := s.local.Admin.CreateUserWithPassword(ctx, operator(""), made, password)
	if err != nil {
		return err
	}
	shown, err := s.User(ctx, u.Email)
	if err != nil {
		return err
	}
	return p.tell(shown, "%s is created", shown.Email)
}

func (p *program) setPassword() *cobra.Command {
	return p.onUser("set-password", "Set a person's password, read from standard input; on an open store only", func(ctx context.Context, s *site, email string) error {
		if s.local == nil {
			return passwordsStay()
		}
		password, err := p.readPassword(ctx)
		if err != nil {
			return err
		}
		return p.done(s.local.Admin.SetPassword(ctx, operator(""), email, password), "the password of %s is set", email)
	})
}

func (p *program) userImport() *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use: "import FILE.csv", Short: "Create and change people from a CSV file",
		Long: `Create and change people from a CSV file, whose first line names the columns.
People who are not in the file stay as they are.`,
		Example: "  gatepost user import people.csv --dry-run\n  gatepost user import people.csv",
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only tell what would be done")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		data, err := readFile(args[0], maxTextFile)
		if err != nil {
			return fmt.Errorf("read people: %w", err)
		}
		result, err := s.ImportUsers(ctx, data, dryRun)
		if err != nil {
			return err
		}
		return p.imported(result)
	})
	return cmd
}

// imported tells what an import did, line by line where something is to be told.
func (p *program) imported(result resource.Import) error {
	rows := [][]string{{"LINE", "EMAIL", "DOES", "DETAIL"}}
	for _, row := range result.Rows {
		rows = append(rows, []string{strconv.Itoa(row.Line), row.Email, row.Does, row.Detail})
	}
	err := p.show(result, rows)
	if err != nil {
		return err
	}
	verb := "done"
	if result.DryRun {
		verb = "nothing is changed by a dry run"
	}
	err = p.note("%d to create, %d to change, %d as they are, %d wrong: %s", result.Created, result.Updated, result.Unchanged, result.Failed, verb)
	if err != nil || result.Failed+result.Later == 0 {
		return err
	}
	if result.Later > 0 {
		return &hintedError{fmt.Errorf("%d lines of the file were not reached in time", result.Later), "import the file again from the first of them on: what is done stays as it is"}
	}
	return &hintedError{fmt.Errorf("%d lines of the file are wrong", result.Failed), "DETAIL says why; correct them and import again: what is done stays as it is"}
}
