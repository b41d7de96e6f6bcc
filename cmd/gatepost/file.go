package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/plan"
)

func (p *program) exportCommand() *cobra.Command {
	var people bool
	cmd := &cobra.Command{
		Use: "export", Short: "Write connectors, groups and grants as one file, to keep in git",
		Long: `Write connectors, groups and grants as one file. It holds no secrets: apply brings it
back, and makes new keys. Uploaded keys are not in it; name their files beside the
connector, as private_key_file and certificate_file.`,
		Example: "  gatepost export > gatepost.yaml\n  gatepost export --users > everything.yaml",
		Args:    cobra.NoArgs,
	}
	cmd.Flags().BoolVar(&people, "users", false, "people and memberships too")
	cmd.RunE = p.on(func(ctx context.Context, s *site, _ []string) error {
		state, err := plan.Load(ctx, client.Site{Client: s.Client})
		if err != nil {
			return err
		}
		file, err := plan.Export(state, people, time.Now())
		if err != nil {
			return err
		}
		if p.output == formatJSON {
			return p.encode(file)
		}
		text, err := file.Marshal()
		if err != nil {
			return err
		}
		_, err = p.out.Write(text)
		return err
	})
	return cmd
}

func (p *program) diffCommand() *cobra.Command {
	var path string
	var exitCode bool
	cmd := &cobra.Command{
		Use: "diff", Short: "Show what apply would change, and who would gain or lose access",
		Example: "  gatepost diff -f gatepost.yaml\n  gatepost diff -f gatepost.yaml --exit-code -o json",
		Args:    cobra.NoArgs,
	}
	fileFlag(cmd, &path)
	cmd.Flags().BoolVar(&exitCode, "exit-code", false, "exit with 2 when something differs")
	cmd.RunE = p.on(func(ctx context.Context, s *site, _ []string) error {
		wanted, err := p.plan(ctx, s, path)
		if err != nil {
			return err
		}
		err = p.showPlan(wanted)
		if err == nil && exitCode && !wanted.Empty() {
			return exitWith(exitUsage)
		}
		return err
	})
	return cmd
}

// exitWith ends the program with a code of its own and no word.
type exitWith int

func (e exitWith) Error() string { return fmt.Sprintf("exit with %d", int(e)) }

func fileFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVarP(path, "file", "f", "", "the file; - for standard input")
	required(cmd, "file")
}

// plan reads a file, and plans with paged reads what has to be done for it.
func (p *program) plan(ctx context.Context, s *site, path string) (*plan.Plan, error) {
	text, err := p.readFile(path)
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	file, err := plan.Read(text)
	if err != nil {
		return nil, err
	}
	keys, err := readKeys(file, filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	who, err := s.WhoAmI(ctx)
	if err != nil {
		return nil, err
	}
	state, err := plan.Load(ctx, client.Site{Client: s.Client})
	if err != nil {
		return nil, err
	}
	return plan.Diff(state, file, plan.Options{Now: time.Now(), Self: who.Name, Keys: keys})
}

func (p *program) readFile(path string) ([]byte, error) {
	if path == "-" {
		return readAll(p.in, "standard input", maxTextFile)
	}
	return readFile(path, maxTextFile)
}

// readKeys reads the keys that a file names. Their paths begin at its folder.
func readKeys(file *plan.File, folder string) (map[string]plan.KeyPair, error) {
	keys := map[string]plan.KeyPair{}
	var failed []error
	for _, c := range file.Connectors {
		if c.PrivateKeyFile == "" || c.CertificateFile == "" {
			continue
		}
		k := keyFiles{from(folder, c.PrivateKeyFile), from(folder, c.CertificateFile)}
		privateKey, certificate, err := k.read()
		if err != nil {
			failed = append(failed, fmt.Errorf("connector %q: %w", c.Slug, err))
			continue
		}
		keys[c.Slug] = plan.KeyPair{PrivateKey: privateKey, Certificate: certificate}
	}
	return keys, errors.Join(failed...)
}

func from(folder, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

func (p *program) showPlan(wanted *plan.Plan) error {
	if p.output != formatTable {
		return p.encode(wanted)
	}
	_, err := io.WriteString(p.out, wanted.Text(plan.TextOptions{Color: colored(p.out)}))
	return err
}

// colored reports whether a person looks at what is written and wants colours:
// https://no-color.org.
func colored(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isTerminal(f) && os.Getenv("NO_COLOR") == ""
}
