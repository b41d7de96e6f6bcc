// Package file keeps signing keys as files in a folder of its own, for a
// Gatepost that runs on one machine. Each key is one file of mode 0600, PKCS#8
// in PEM, in a folder of mode 0700: whoever can read it can sign in anybody's
// name, so a file or folder that others can read is refused.
package file

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"sync"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
)

// maxCached is how many keys are held in memory ready to sign. Past it a launch
// reads its key's file again.
const maxCached = 256

// refPattern is what Generate and Import return, and the only thing that is ever
// made into a file name.
var refPattern = regexp.MustCompile(`^k_[a-z2-7]{26}$`)

// Custody is the folder. It is safe for concurrent use.
type Custody struct {
	root *os.Root // the folder; no name reaches outside it

	mu     sync.Mutex
	cached map[string]cachedKey
}

// cachedKey is a key in memory and the file it was read from. A file with
// another time, size or identity is read anew.
type cachedKey struct {
	key  *rsa.PrivateKey
	info fs.FileInfo
}

var _ keys.Custodian = (*Custody)(nil)

// Open makes the folder, if it is not there, and opens it. It returns an error
// when others than the owner can enter the folder.
func Open(folder string) (*Custody, error) {
	err := os.MkdirAll(folder, 0o700)
	if err != nil {
		return nil, fmt.Errorf("make the key folder: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open the key folder: %w", err)
	}
	info, err := root.Stat(".")
	if err == nil {
		err = checkPrivate(info, folder, "chmod 700")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the key folder: %w", err), root.Close())
	}
	return &Custody{root: root, cached: make(map[string]cachedKey)}, nil
}

// Close lets go of the folder. The custody cannot be used afterwards.
func (c *Custody) Close() error {
	c.mu.Lock()
	clear(c.cached)
	c.mu.Unlock()
	return c.root.Close()
}

// Generate implements [keys.Custodian].
func (c *Custody) Generate(ctx context.Context, slug string) (string, crypto.Signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, keys.Bits)
	if err != nil {
		return "", nil, fmt.Errorf("generate a key for %q: %w", slug, err)
	}
	ref, err := c.Import(ctx, slug, key)
	if err != nil {
		return "", nil, err
	}
	signer, err := c.Signer(ctx, ref, &key.PublicKey)
	if err != nil {
		return "", nil, errors.Join(err, c.Delete(context.WithoutCancel(ctx), ref))
	}
	return ref, signer, nil
}

// Import implements [keys.Custodian]. The key is on the disk, and the disk
// flushed, when it returns.
func (c *Custody) Import(ctx context.Context, slug string, key *rsa.PrivateKey) (string, error) {
	err := ctx.Err()
	if err != nil {
		return "", fmt.Errorf("keep a key for %q: %w", slug, err)
	}
	ref := idp.NewID("k_")
	err = c.write(ref, key)
	if err != nil {
		return "", fmt.Errorf("keep a key for %q: %w: %w", slug, keys.ErrUnavailable, err)
	}
	return ref, nil
}

// Signer implements [keys.Custodian]. It reads the key at once; Sign looks again
// whether the file is still the same.
func (c *Custody) Signer(ctx context.Context, ref string, pub *rsa.PublicKey) (crypto.Signer, error) {
	err := ctx.Err()
	if err != nil {
		return nil, fmt.Errorf("signer for key %q: %w", ref, err)
	}
	_, err = c.key(ref, pub)
	if err != nil {
		return nil, err
	}
	return keys.Bind(ctx, pub, func(_ context.Context, digest []byte) ([]byte, error) {
		return c.sign(ref, pub, digest)
	}), nil
}

// Delete implements [keys.Custodian]. The file is removed at once, but not
// overwritten: on today's disks that would promise what it cannot keep.
func (c *Custody) Delete(ctx context.Context, ref string) error {
	err := ctx.Err()
	if err != nil {
		return fmt.Errorf("delete key %q: %w", ref, err)
	}
	if !refPattern.MatchString(ref) {
		return nil
	}
	c.forget(ref)
	err = c.root.Remove(fileName(ref))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = c.syncFolder()
	}
	if err != nil {
		return fmt.Errorf("delete key %q: %w: %w", ref, keys.ErrUnavailable, err)
	}
	return nil
}

// Format keeps the cached keys out of messages and logs.
func (c *Custody) Format(f fmt.State, _ rune) {
	// A failed write to a formatter's buffer has nobody to be told.
	_, _ = io.WriteString(f, "key folder "+c.root.Name())
}

func (c *Custody) sign(ref string, pub *rsa.PublicKey, digest []byte) ([]byte, error) {
	key, err := c.key(ref, pub)
	if err != nil {
		return nil, err
	}
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest)
	if err != nil {
		return nil, fmt.Errorf("sign with key %q: %w: %w", ref, keys.ErrUnavailable, err)
	}
	return signature, nil
}

func fileName(ref string) string { return ref + ".pem" }
