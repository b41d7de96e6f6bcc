package idp

import "strings"

// SlugOf proposes a slug for a label: AWS A (prod) becomes aws-a-prod. It is empty
// where nothing of the label can be in a slug.
func SlugOf(label string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(label) {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	slug := strings.Trim(b.String(), "-")
	return strings.TrimRight(slug[:min(len(slug), slugPattern.most)], "-")
}
