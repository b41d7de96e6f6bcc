package main

import (
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/app/installation"
	"github.com/gatepost/gatepost/internal/app/serve"
	"github.com/gatepost/gatepost/internal/idp"
)

func (p *program) serveCommand() *cobra.Command {
	var c serve.Config
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the portal, launches and metadata in one process",
		Example: `  gatepost serve --demo
  GATEPOST_TRUSTED_PROXY=127.0.0.1/32 gatepost serve --url https://sso.example.com --addr 127.0.0.1:8080 --data /var/lib/gatepost`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.server != "" || p.token != "" || p.iam {
				return &usageError{"serve works on a store, --server is for the commands that work on a server", "leave out --server, --token and --iam"}
			}
			c.Data, c.DynamoDB = p.data, p.store == "dynamodb"
			if c.Data == "" && !c.DynamoDB {
				c.Data = installation.DefaultFolder
				if c.Demo {
					c.Data = installation.DemoFolder
				}
			}
			if !cmd.Flags().Changed("demo-acs") {
				c.DemoACS = c.Demo
			}
			log, err := p.logger(c.Demo)
			if err != nil {
				return err
			}
			err = c.Check()
			if err != nil {
				text, hint := explain(err)
				return &usageError{text, hint}
			}
			reserve := heapReserve()
			defer runtime.KeepAlive(reserve)
			return serve.Run(cmd.Context(), c, p.out, log)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&c.Addr, "addr", "127.0.0.1:8080", "host and port to listen on")
	flags.StringVar(&c.URL, "url", os.Getenv("GATEPOST_URL"), "address that people reach Gatepost by (default http://localhost:PORT; or GATEPOST_URL)")
	flags.BoolVar(&c.Demo, "demo", false, "fill an empty store with the demo (default folder "+installation.DemoFolder+")")
	flags.StringVar(&c.DemoPassword, "demo-password", "", "everybody's password in the demo (default: a random one)")
	flags.BoolVar(&c.DemoACS, "demo-acs", false, "post responses to a page of Gatepost's own instead of AWS (default with --demo)")
	flags.StringVar(&c.WhomToAsk, "contact", os.Getenv("GATEPOST_CONTACT"), "whom people without access should ask: words or an email address (or GATEPOST_CONTACT)")
	return cmd
}

// heapReserve is memory that nobody touches, so that it takes none of the machine's.
// The garbage collector counts it as in use and waits for as much garbage more. So
// little else is in use here that a tenth of a launch's time would go into
// collecting. A higher GOGC would do the same, and multiply what a storm of sign-ins
// takes, each of which hashes a password in tens of MiB.
func heapReserve() []byte { return make([]byte, 16<<20) }

// logger writes JSON lines to standard error. In the demo a person reads them, who
// would soon have to look for the password above a line for each request.
func (p *program) logger(demo bool) (*slog.Logger, error) {
	usual := "info"
	errs, isFile := p.errs.(*os.File)
	if demo && isFile && isTerminal(errs) {
		usual = "warn"
	}
	var level slog.Level
	err := level.UnmarshalText([]byte(strings.ToUpper(envOr("GATEPOST_LOG_LEVEL", usual))))
	if err != nil {
		return nil, &usageError{"GATEPOST_LOG_LEVEL " + err.Error(), "use debug, info, warn or error"}
	}
	return slog.New(slog.NewJSONHandler(shownLines{p.errs}, &slog.HandlerOptions{Level: level})), nil
}

// shownLines writes lines of JSON without characters that are not seen: a log has the
// words of strangers, and is read on a terminal.
type shownLines struct{ to io.Writer }

// Write takes whole lines, as a handler of slog writes them.
func (w shownLines) Write(line []byte) (int, error) {
	_, err := io.WriteString(w.to, idp.ShownJSON(string(line)))
	return len(line), err
}
