package signin

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/gatepost/gatepost/internal/idp"
)

const (
	// MinPassword is the least length of a password, in characters, while it is
	// the only factor: NIST SP 800-63B-4, 3.1.1.2. With a second factor it is 8.
	MinPassword = 15

	// minUncommon is how many characters must be left of a password when
	// everything guessable is taken out of it.
	minUncommon = 8

	// minDistinct is how many different characters a password has at least.
	minDistinct = 5
)

// common are the stretches that most guesses are made of, one a line. With 15
// characters asked for, the lists of common passwords hold little that is long
// enough; what remains are these, repeated and put together. The list is small
// and not a check against breached passwords.
//
//go:embed common.txt
var common string

// CheckPassword tells, as [idp.Problems] of the field password, what keeps a
// person from taking a new password: fewer than [MinPassword] characters, more
// than 256 bytes, text that is not UTF-8, or little in it besides common words,
// the name of this product, and the person's own name and address. There are no
// rules of composition. The problems do not quote the password.
func (s *Service) CheckPassword(u *idp.User, password string) error {
	var reason, remedy string
	text := norm.NFC.String(password)
	switch {
	case len(password) > maxPassword:
		reason, remedy = "is too long", fmt.Sprintf("use at most %d bytes", maxPassword)
	case !utf8.ValidString(password):
		reason, remedy = "is not valid text", "type it again"
	case utf8.RuneCountInString(text) < MinPassword:
		reason, remedy = "is too short", fmt.Sprintf("use at least %d characters; several unrelated words are easy to remember", MinPassword)
	case distinct(text) < minDistinct:
		reason, remedy = "repeats a few characters", "use several unrelated words"
	case uncommon(text, u) < minUncommon:
		reason, remedy = "is easy to guess: it is mostly common words, a sequence, or the name or address of its owner", "use several unrelated words"
	default:
		return nil
	}
	return idp.Problems{{Field: "password", Reason: reason, Remedy: remedy}}
}

func distinct(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// uncommon counts the characters that remain of a password without the stretches
// that a guesser tries first, and without white space. One character several
// times in a row counts once.
func uncommon(text string, u *idp.User) int {
	text = strings.ToLower(text)
	for _, word := range guessable(u) {
		text = strings.ReplaceAll(text, word, " ")
	}
	n, last := 0, ' '
	for _, r := range text {
		if r != last && !unicode.IsSpace(r) {
			n++
		}
		last = r
	}
	return n
}

// guessable are the words to take out, longest first.
func guessable(u *idp.User) []string {
	words := strings.Fields(common)
	words = append(words, u.Email)
	words = append(words, strings.FieldsFunc(strings.ToLower(u.Email+" "+u.Name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r)
	})...)
	words = slices.DeleteFunc(words, func(word string) bool { return utf8.RuneCountInString(word) < 3 })
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}
