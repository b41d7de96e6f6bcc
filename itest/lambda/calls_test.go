package lambda

import (
	"slices"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/itest/server"
)

func TestALaunchIsOneBatchReadOneWriteAndOneSignature(t *testing.T) {
	for custody, want := range map[idp.Custody][][]string{
		idp.CustodyKMS:     {{"Sign"}, {"Sign"}},
		idp.CustodySecrets: {{"GetSecretValue"}, nil}, // the second finds the key in memory
	} {
		t.Run("with keys in "+string(custody), func(t *testing.T) {
			s := newStage(t, kumo(t), custody)
			p := s.signIn(alice)
			for i, wantKeys := range want {
				tables, keys := s.callsOf(t, p)
				if !slices.Equal(tables, []string{"TransactGetItems", "PutItem"}) || !slices.Equal(keys, wantKeys) {
					t.Errorf("launch %d makes the calls %q and %q", i+1, tables, keys)
				}
			}
		})
	}
}

// callsOf are the calls of a launch to the tables and to the keys. On a machine that
// is very busy a call is given up and made again: then the calls of the next launch
// count, as long as five of them are no better.
func (s *stage) callsOf(t *testing.T, p *server.Person) (tables, keys []string) {
	t.Helper()
	for range 5 {
		s.tables.Forget()
		s.keys.Forget()
		p.Launch(t, "aws-a")
		tables = s.tables.Calls()
		if keys == nil { // which are found in memory the next time
			keys = s.keys.Calls()
		}
		if len(tables) == 2 {
			break
		}
	}
	return tables, keys
}
