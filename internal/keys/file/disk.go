package file

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
)

// errOpen is returned for a file or folder that others can read.
var errOpen = errors.New("is open to others than its owner")

// key is the private key named ref, from memory while its file is unchanged. It
// returns [keys.ErrNoKey] when there is no file, or when the file has another
// key than pub's.
func (c *Custody) key(ref string, pub *rsa.PublicKey) (*rsa.PrivateKey, error) {
	if !refPattern.MatchString(ref) {
		return nil, fmt.Errorf("key %q: %w", ref, keys.ErrNoKey)
	}
	key, err := c.load(ref)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.forget(ref)
		return nil, fmt.Errorf("key %q: %w", ref, keys.ErrNoKey)
	case err != nil:
		c.forget(ref)
		return nil, fmt.Errorf("key %q: %w: %w", ref, keys.ErrUnavailable, err)
	case !key.PublicKey.Equal(pub):
		return nil, fmt.Errorf("key %q: %w: the file has another key than the certificate", ref, keys.ErrNoKey)
	}
	return key, nil
}

func (c *Custody) load(ref string) (*rsa.PrivateKey, error) {
	info, err := c.root.Lstat(fileName(ref))
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for a writer
		return nil, fmt.Errorf("%q is not a plain file", fileName(ref))
	}
	c.mu.Lock()
	held, found := c.cached[ref]
	c.mu.Unlock()
	if found && unchanged(held.info, info) {
		return held.key, nil
	}
	return c.read(ref)
}

func unchanged(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && a.Mode() == b.Mode()
}

// read takes the key from its file into memory. What it knows of the file is
// asked of the open file, so that it belongs to the bytes that were read.
func (c *Custody) read(ref string) (*rsa.PrivateKey, error) {
	f, err := c.root.Open(fileName(ref))
	if err != nil {
		return nil, err
	}
	defer f.Close() // nothing was written, so closing cannot lose anything
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	err = checkPrivate(info, fileName(ref), "chmod 600")
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, keys.MaxUpload))
	if err != nil {
		return nil, err
	}
	key, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("%q %w", fileName(ref), err)
	}
	c.remember(ref, cachedKey{key, info})
	return key, nil
}

// checkPrivate refuses what its group or everybody may read, write or enter.
// Windows has no such bits; there the folder's own rights have to do.
func checkPrivate(info fs.FileInfo, name, remedy string) error {
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%q has mode %04o: it %w; close it with %s", name, info.Mode().Perm(), errOpen, remedy)
	}
	return nil
}

func (c *Custody) remember(ref string, k cachedKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.cached) >= maxCached {
		for other := range c.cached { // any one: the order of a map is random
			delete(c.cached, other)
			break
		}
	}
	c.cached[ref] = k
}

func (c *Custody) forget(ref string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.cached, ref)
}

// write puts the key on the disk so that after a crash its file is there whole
// or not at all.
func (c *Custody) write(ref string, key *rsa.PrivateKey) error {
	data, err := encode(key)
	if err != nil {
		return err
	}
	temporary := idp.NewID("new_")
	err = c.writeSynced(temporary, data)
	if err == nil {
		err = c.root.Rename(temporary, fileName(ref))
	}
	if err != nil {
		return errors.Join(err, c.removeIfThere(temporary))
	}
	err = c.syncFolder()
	if err != nil {
		return errors.Join(err, c.removeIfThere(fileName(ref)))
	}
	return nil
}

func (c *Custody) writeSynced(name string, data []byte) error {
	f, err := c.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (c *Custody) removeIfThere(name string) error {
	err := c.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// syncFolder makes a new or removed name last. Windows cannot flush a folder and
// does not need it.
func (c *Custody) syncFolder() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := c.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func encode(key *rsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, errors.New("the key cannot be written as PKCS#8")
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// decode reads what encode wrote. The decoder's own errors are dropped, since
// they may quote the key. The key comes back precomputed, ready to sign.
func decode(data []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("is not PEM, or is damaged")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("is not a key in PKCS#8, or is damaged")
	}
	key, isRSA := parsed.(*rsa.PrivateKey)
	if !isRSA {
		return nil, errors.New("is not an RSA key")
	}
	return key, nil
}
