package signin

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// params are the costs of one argon2id hash.
type params struct {
	memory  uint32 // KiB
	time    uint32 // passes
	threads uint8
}

// current are OWASP's least parameters (Password Storage Cheat Sheet, argon2id,
// 19 MiB). A stored hash with any others is replaced at the next sign-in.
var current = params{memory: 19 * 1024, time: 2, threads: 1}

// most bounds what a stored hash may ask for, so that a changed item cannot make
// one sign-in take all the memory.
var most = params{memory: 256 * 1024, time: 16, threads: 8}

const (
	saltLength = 16 // bytes: RFC 9106, 3.1
	hashLength = 32
	maxSalt    = 64
)

var errPHC = errors.New("not a password hash that we wrote")

// hashed is a password hash taken apart.
type hashed struct {
	params
	salt []byte
	sum  []byte
}

// String writes the hash in PHC string format,
//
//	$argon2id$v=19$m=19456,t=2,p=1$SALT$SUM
//
// with salt and sum in base64 without padding; see
// https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md.
func (h hashed) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.threads,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.sum))
}

// parsePHC reads what String writes, and nothing else: no other order, no
// leading zeros or signs, no parameters beyond the bounds.
func parsePHC(text string) (hashed, error) {
	fields := strings.Split(text, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" || fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return hashed{}, errPHC
	}
	costs := strings.Split(fields[3], ",")
	if len(costs) != 3 {
		return hashed{}, errPHC
	}
	memory, errM := cost(costs[0], "m=", most.memory)
	time, errT := cost(costs[1], "t=", most.time)
	threads, errP := cost(costs[2], "p=", uint32(most.threads))
	salt, errS := base64.RawStdEncoding.Strict().DecodeString(fields[4])
	sum, errH := base64.RawStdEncoding.Strict().DecodeString(fields[5])
	if errors.Join(errM, errT, errP, errS, errH) != nil {
		return hashed{}, errPHC
	}
	h := hashed{params{memory, time, uint8(threads)}, salt, sum}
	if memory < 8*threads || len(salt) < saltLength || len(salt) > maxSalt || len(sum) != hashLength || h.String() != text {
		return hashed{}, errPHC
	}
	return h, nil
}

func cost(text, prefix string, limit uint32) (uint32, error) {
	digits, found := strings.CutPrefix(text, prefix)
	if !found {
		return 0, errPHC
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || n == 0 || n > uint64(limit) {
		return 0, errPHC
	}
	return uint32(n), nil
}
