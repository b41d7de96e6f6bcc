// Command issue measures what one signed SAML response costs, beside the bare
// RSA signature in it and beside peers that do the same job:
//
//   - raw: one RSA-2048 PKCS #1 v1.5 signature of crypto/rsa, which nobody can save
//   - gatepost: compose, build, judge as AWS would, sign, check, base64
//   - gatepost, both: the same with the response signed too
//   - goxmldsig: the same assertion, built and signed with nothing else around it
//   - crewjam/saml: an IdP-initiated response, which it always signs twice
//
// All run on one core in one process. Their rounds are interleaved, and a ratio is
// taken within a round, so that a machine that gets slower is slower for all.
// Every response is verified in the same run, outside the measured time.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/gatepost/gatepost/bench/internal/machine"
)

func main() {
	rounds := flag.Int("rounds", 40, "how often each contender has its turn")
	batch := flag.Int("batch", 50, "responses in a turn; enough of them to pay for their garbage")
	file := flag.String("json", "", "write the results to this file too")
	flag.Parse()

	err := run(os.Stdout, *rounds, *batch, *file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "issue:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, rounds, batch int, file string) error {
	if rounds < 1 || batch < 1 {
		return fmt.Errorf("%d rounds of %d are nothing to measure", rounds, batch)
	}
	runtime.GOMAXPROCS(1)
	id, err := newIdentity()
	if err != nil {
		return err
	}
	contenders, err := all(id)
	if err != nil {
		return err
	}
	report, err := measure(contenders, rounds, batch)
	if err != nil {
		return err
	}
	err = report.table(out)
	if err != nil || file == "" {
		return err
	}
	return machine.Keep(report, file)
}

// all are the contenders; the first is what the others are compared with.
func all(id *identity) ([]contender, error) {
	peer, err := newCrewjam(id)
	if err != nil {
		return nil, err
	}
	return []contender{
		{name: "raw RSA-2048 signature", issue: id.raw, verify: id.verifyRaw},
		{name: "gatepost", issue: id.gatepost(false), verify: id.verifyGatepost},
		{name: "gatepost, response signed too", issue: id.gatepost(true), verify: id.verifyGatepost},
		{name: "goxmldsig alone", issue: id.goxmldsig, verify: id.verifyAssertion},
		{name: "crewjam/saml, signs twice", issue: peer.issue, verify: id.verifyResponse},
	}, nil
}
