package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) keyCommand() *cobra.Command {
	cmd := family("key", "Signing keys and certificates")
	cmd.AddCommand(p.keyUpload(), p.keyShow())
	return cmd
}

// keyFiles are the files of a key that is uploaded.
type keyFiles struct {
	privateKey, certificate string
}

func (k *keyFiles) add(flags *pflag.FlagSet) {
	flags.StringVar(&k.privateKey, "private-key", "", "file with the RSA private key, PEM")
	flags.StringVar(&k.certificate, "certificate", "", "file with its X.509 certificate, PEM")
}

func (k *keyFiles) given() bool { return k.privateKey != "" }

// read is the private key and the certificate.
func (k *keyFiles) read() ([]byte, []byte, error) {
	privateKey, err := readFile(k.privateKey, maxKeyFile)
	if err != nil {
		return nil, nil, fmt.Errorf("read private key: %w", err)
	}
	certificate, err := readFile(k.certificate, maxKeyFile)
	if err != nil {
		return nil, nil, fmt.Errorf("read certificate: %w", err)
	}
	return privateKey, certificate, nil
}

func (p *program) keyUpload() *cobra.Command {
	var slug string
	var k keyFiles
	cmd := &cobra.Command{
		Use: "upload", Short: "Upload a private key and its certificate, both PEM",
		Example: "  gatepost key upload --connector aws-a --private-key key.pem --certificate certificate.pem",
		Args:    cobra.NoArgs,
	}
	p.connectorFlag(cmd, &slug)
	k.add(cmd.Flags())
	required(cmd, "private-key", "certificate")
	cmd.RunE = p.on(func(ctx context.Context, s *site, _ []string) error {
		privateKey, certificate, err := k.read()
		if err != nil {
			return err
		}
		key, err := s.UploadKey(ctx, slug, privateKey, certificate)
		if err != nil {
			return err
		}
		return p.tell(key, "the key of %s is in use; its certificate is valid until %.10s", slug, key.NotAfter)
	})
	return cmd
}

func (p *program) keyShow() *cobra.Command {
	var slug string
	cmd := &cobra.Command{
		Use: "show", Short: "Show what is known of a connector's key; the private half is never shown",
		Example: "  gatepost key show --connector aws-a", Args: cobra.NoArgs,
	}
	p.connectorFlag(cmd, &slug)
	cmd.RunE = p.on(func(ctx context.Context, s *site, _ []string) error {
		key, err := s.Key(ctx, slug)
		if err != nil {
			return err
		}
		rows := keyRows(&key.Key)
		for _, c := range key.Certificates {
			rows = append(rows, []string{"certificate", c.Subject}, []string{"  serial", c.Serial}, []string{"  fingerprint", c.Fingerprint}, []string{"  valid until", c.NotAfter})
		}
		return p.show(key, rows)
	})
	return cmd
}

func keyRows(k *resource.Key) [][]string {
	if k == nil {
		return nil
	}
	rows := [][]string{{"key", k.State}}
	if k.Fingerprint == "" {
		return rows
	}
	return append(rows,
		[]string{"custody", k.Custody + ", " + k.Source},
		[]string{"fingerprint", k.Fingerprint},
		[]string{"valid from", k.NotBefore},
		[]string{"valid until", k.NotAfter},
	)
}

// connectorFlag is the flag that names the connector of a key.
func (p *program) connectorFlag(cmd *cobra.Command, slug *string) {
	cmd.Flags().StringVar(slug, "connector", "", "slug of the connector")
	required(cmd, "connector")
	err := cmd.RegisterFlagCompletionFunc("connector", p.complete(slugs))
	if err != nil {
		panic(err)
	}
}

// required marks flags that must be given; a name that the command lacks is a
// mistake in this file.
func required(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		err := cmd.MarkFlagRequired(name)
		if err != nil {
			panic(err)
		}
	}
}
