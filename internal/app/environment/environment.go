// Package environment reads how a function is configured: the environment
// variables named GATEPOST_… and those that the Lambda runtime sets.
package environment

import (
	"log/slog"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/store"
)

// Config is the configuration of one function. Each function needs some of it
// and says which to [Read].
type Config struct {
	URL            *url.URL // the address that people reach Gatepost by
	ConfigTable    string
	DirectoryTable string
	ActivityTable  string
	Custody        idp.Custody // of keys that are made
	SignerRoles    []string    // ARNs of the roles that a KMS key lets sign
	KeysRole       string      // ARN of the role that a KMS key lets delete it; empty for administrators alone
	SecretsKey     string      // KMS key that encrypts secrets; empty for the account's own
	Stack          string      // name of the deployment, noted beside keys
	KeysFunction   string      // name of the function that makes keys
	AdminRoles     string      // which IAM roles stand for which administrator roles
	Contact        string      // whom people without access should ask
	EventRetention time.Duration
	LogLevel       slog.Level
	Region         string
}

// The variables. template.yaml sets them for each function; `gatepost serve` and the
// command line take the same.
const (
	URL            = "GATEPOST_URL"
	ConfigTable    = "GATEPOST_CONFIG_TABLE"
	DirectoryTable = "GATEPOST_DIRECTORY_TABLE"
	ActivityTable  = "GATEPOST_ACTIVITY_TABLE"
	KeyCustody     = "GATEPOST_KEY_CUSTODY"
	SignerRoles    = "GATEPOST_SIGNER_ROLES"
	KeysRole       = "GATEPOST_KEYS_ROLE"
	SecretsKey     = "GATEPOST_SECRETS_KEY"
	Stack          = "GATEPOST_STACK"
	KeysFunction   = "GATEPOST_KEYS_FUNCTION"
	AdminRoles     = "GATEPOST_ADMIN_ROLES"
	Contact        = "GATEPOST_CONTACT"
	LogLevel       = "GATEPOST_LOG_LEVEL"
	EventDays      = "GATEPOST_EVENT_RETENTION_DAYS" // how long audit events are kept
	TrustedProxy   = "GATEPOST_TRUSTED_PROXY"        // networks of proxies whose X-Forwarded-For counts
	OriginSecret   = "GATEPOST_ORIGIN_SECRET"        // by which CloudFront is known
	Region         = "AWS_REGION"                    // set by the runtime
)

// version is set by the linker, see the Makefile.
var version string

// Version is that of this build, or dev.
func Version() string {
	if version == "" {
		return "dev"
	}
	return version
}

// Read reads the configuration. It returns [idp.Problems] with every variable
// that is wrong, and every one of needed that is missing.
func Read(needed ...string) (Config, error) {
	var problems idp.Problems
	for _, name := range needed {
		if os.Getenv(name) == "" {
			problems = append(problems, idp.Problem{Field: name, Reason: "is not set", Remedy: "set it in the function's environment"})
		}
	}
	c := Config{
		ConfigTable:    os.Getenv(ConfigTable),
		DirectoryTable: os.Getenv(DirectoryTable),
		ActivityTable:  os.Getenv(ActivityTable),
		Custody:        idp.Custody(os.Getenv(KeyCustody)),
		SignerRoles:    strings.FieldsFunc(os.Getenv(SignerRoles), func(r rune) bool { return r == ',' || r == ' ' }),
		KeysRole:       os.Getenv(KeysRole),
		SecretsKey:     os.Getenv(SecretsKey),
		Stack:          os.Getenv(Stack),
		KeysFunction:   os.Getenv(KeysFunction),
		AdminRoles:     os.Getenv(AdminRoles),
		Contact:        os.Getenv(Contact),
		Region:         os.Getenv(Region),
	}
	address, problem := readURL(os.Getenv(URL))
	c.URL = address
	problems = append(problems, problem...)
	if text := os.Getenv(LogLevel); text != "" {
		err := c.LogLevel.UnmarshalText([]byte(strings.ToUpper(text)))
		if err != nil {
			problems = append(problems, idp.Problem{Field: LogLevel, Value: text, Reason: "is not a level", Remedy: "use debug, info, warn or error"})
		}
	}
	c.EventRetention, problem = readRetention(os.Getenv(EventDays))
	problems = append(problems, problem...)
	switch c.Custody {
	case "", idp.CustodyKMS, idp.CustodySecrets:
	default:
		problems = append(problems, idp.Problem{Field: KeyCustody, Value: string(c.Custody), Reason: "is not a custody in AWS", Remedy: "use kms or secretsmanager"})
	}
	return c, problems.Err()
}

// MadeIn is the custody of keys that are made: KMS unless the environment says
// otherwise.
func (c Config) MadeIn() idp.Custody {
	if c.Custody == "" {
		return idp.CustodyKMS
	}
	return c.Custody
}

// maxEventDays is ten years.
const maxEventDays = 3650

// readRetention is how long events are kept: as long as the store does by itself
// unless the environment says otherwise.
func readRetention(text string) (time.Duration, idp.Problems) {
	if text == "" {
		return store.EventRetention, nil
	}
	days, err := strconv.Atoi(text)
	if err != nil || days < 1 || days > maxEventDays {
		return 0, idp.Problems{{Field: EventDays, Value: text, Reason: "is not a number of days", Remedy: "use 1 to 3650"}}
	}
	return time.Duration(days) * 24 * time.Hour, nil
}

func readURL(text string) (*url.URL, idp.Problems) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, idp.Problems{{Field: URL, Value: text, Reason: "is not the address of a site", Remedy: "write it as https://sso.example.com"}}
	}
	u.Path = ""
	return u, nil
}
