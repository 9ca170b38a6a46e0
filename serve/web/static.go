package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

//go:embed static
var staticFiles embed.FS

// assets are the files that pages load: one stylesheet, one script, an icon.
type assets struct {
	files map[string][]byte // by name
	media map[string]string
}

// joined are the files that several are joined into, by ending.
var joined = map[string]string{".css": "etappe.css", ".js": "etappe.js"}

var mediaTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// loadAssets joins the embedded files in the order of their names.
func loadAssets() (*assets, error) {
	list, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		return nil, fmt.Errorf("reading the styles: %w", err)
	}
	a := &assets{files: map[string][]byte{}, media: map[string]string{}}
	for _, f := range list {
		text, err := staticFiles.ReadFile("static/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the styles: %w", err)
		}
		ending := path.Ext(f.Name())
		name := f.Name()
		if whole, ok := joined[ending]; ok {
			name = whole
		}
		a.files[name] = append(a.files[name], text...)
		a.media[name] = mediaTypes[ending]
	}
	return a, nil
}

// href is the address of a file; it changes with its content, so that browsers
// may keep what they have.
func (a *assets) href(name string) (string, error) {
	text, ok := a.files[name]
	if !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	sum := sha256.Sum256(text)
	return "/static/" + name + "?v=" + hex.EncodeToString(sum[:6]), nil
}

// serve answers with a file.
func (a *assets) serve(c echo.Context) error {
	name := c.Param("name")
	text, ok := a.files[name]
	if !ok {
		return echo.ErrNotFound
	}
	secure(c.Response().Header())
	keep := "no-cache"
	if strings.HasPrefix(c.QueryString(), "v=") {
		keep = "public, max-age=31536000, immutable"
	}
	c.Response().Header().Set(echo.HeaderCacheControl, keep)
	return c.Stream(http.StatusOK, a.media[name], bytes.NewReader(text))
}
