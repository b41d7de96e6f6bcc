package reqctx

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// ErrQuery says that a query or a form is malformed or repeats a parameter.
var ErrQuery = errors.New("malformed parameters")

// maxQuery is the longest query that is read, in bytes: that of a sign-in which comes
// back to a launch with the longest relay state, each character escaped twice.
const maxQuery = 24 << 10

// Query reads a raw query in which each parameter stands at most once. A
// parameter given twice is refused and not resolved: two readers that pick
// differently are how one of them is fooled. Gateways that join repeated values
// with commas are bypassed by reading the raw query.
func Query(raw string) (map[string]string, error) {
	if len(raw) > maxQuery {
		return nil, fmt.Errorf("%w: the query is longer than %d bytes", ErrQuery, maxQuery)
	}
	if strings.Contains(raw, ";") {
		return nil, fmt.Errorf("%w: a semicolon that is not encoded", ErrQuery)
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: bad percent-encoding", ErrQuery)
	}
	return Single(values)
}

// Single is values with each parameter at most once.
func Single(values url.Values) (map[string]string, error) {
	single := make(map[string]string, len(values))
	for name, all := range values {
		if len(all) != 1 {
			return nil, fmt.Errorf("%w: %q is given %d times", ErrQuery, name, len(all))
		}
		if !utf8.ValidString(name) || !utf8.ValidString(all[0]) {
			return nil, fmt.Errorf("%w: %q is not UTF-8", ErrQuery, name)
		}
		single[name] = all[0]
	}
	return single, nil
}
