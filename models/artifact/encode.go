package artifact

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
)

// format is the layout that this program writes, and the only one that it reads.
const format = 5

// The names and the largest sizes of the files, in bytes.
const (
	headerFile   = "header.json"
	arraysFile   = "arrays.bin"
	manifestFile = "MANIFEST"

	maxHeader   = 64 << 20
	maxArrays   = 2 << 30
	maxManifest = 4 << 10
)

// File is one file of an encoded artifact.
type File struct {
	Name string
	Data []byte
}

// header is header.json.
type header struct {
	Format      int                `json:"format"`
	Original    string             `json:"original,omitempty"`
	Fingerprint string             `json:"fingerprint"`
	Training    Training           `json:"training"`
	Edits       []Edit             `json:"edits,omitempty"`
	Metrics     map[string]float64 `json:"metrics,omitempty"`
	Points      models.Points      `json:"points"`
	Names       []string           `json:"names"`
	Exemplars   [][]Exemplar       `json:"exemplars,omitempty"`
	Lineage     *Lineage           `json:"lineage,omitempty"`
	Targets     []TargetFigures    `json:"targets,omitempty"`
	Fields      []field            `json:"fields"`
	Catalog     *catalog.Catalog   `json:"catalog,omitempty"`
	Report      *Report            `json:"report,omitempty"`
	Parts       []part             `json:"parts"`
}

// field is a models.Field that keeps "categorical without a level" apart from
// numeric (null).
type field struct {
	Name   string   `json:"name"`
	Levels []string `json:"levels"`
}

// part is one fitted thing: its state, and where its arrays lie.
type part struct {
	Name   string          `json:"name"`
	Kind   string          `json:"kind"`
	Header json.RawMessage `json:"header"`
	Arrays []array         `json:"arrays"`
}

// array is a slice of arrays.bin, in numbers (not bytes).
type array struct {
	Name   string `json:"name"`
	Offset int64  `json:"offset"`
	Count  int64  `json:"count"`
}

// The parts, in the order in which they are written.
const (
	churnPart    = "churn"
	clustersPart = "clusters"
	outliersPart = "outliers"
	pathPart     = "path"  // absent where no milestone was ever seen
	peersPart    = "peers" // absent where no account renewed
	// absent where too few renewed, or their behaviour is not known
	behaviourPart = "behaviour"
	// and one for each target, see targetPart
)

// Encode returns the artifact's files, the manifest last. Equal artifacts give
// equal bytes. It refuses an artifact that Load would not give back.
func Encode(a *Artifact) ([]File, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	head := header{Format: format, Original: a.Original, Fingerprint: a.Fingerprint, Training: a.Training, Edits: a.Edits, Metrics: a.Metrics,
		Points: a.Points, Names: a.Names, Exemplars: a.Exemplars, Lineage: a.Lineage, Catalog: a.Catalog, Report: a.Report}
	for _, f := range a.Fields {
		head.Fields = append(head.Fields, field(f))
	}
	for _, t := range a.Targets {
		head.Targets = append(head.Targets, t.TargetFigures)
	}
	states, err := a.states()
	if err != nil {
		return nil, err
	}
	var numbers []byte
	for _, s := range states {
		p := part{Name: s.name, Kind: s.state.Kind, Header: s.state.Header, Arrays: []array{}}
		for _, name := range slices.Sorted(maps.Keys(s.state.Arrays)) {
			x := s.state.Arrays[name]
			p.Arrays = append(p.Arrays, array{name, int64(len(numbers) / 8), int64(len(x))})
			for _, v := range x {
				numbers = binary.LittleEndian.AppendUint64(numbers, math.Float64bits(v))
			}
		}
		head.Parts = append(head.Parts, p)
	}
	text, err := readable(head)
	if err != nil {
		return nil, fmt.Errorf("artifact header: %w", err)
	}
	if len(text) > maxHeader || len(numbers) > maxArrays {
		return nil, fmt.Errorf("the artifact is too large: header %d bytes (at most %d), arrays %d (at most %d)",
			len(text), maxHeader, len(numbers), maxArrays)
	}
	files := []File{{headerFile, text}, {arraysFile, numbers}}
	return append(files, File{manifestFile, manifest(files)}), nil
}

// Version names an artifact by what it is: the last as-of date of its training
// data, or "table" where there was none, and ten digits of the manifest's hash.
// An artifact from which an account was erased keeps the version that it had.
func Version(a *Artifact) (string, error) {
	files, err := Encode(a)
	if err != nil {
		return "", err
	}
	return a.version(files[len(files)-1].Data), nil
}

func (a *Artifact) version(manifest []byte) string {
	if a.Original != "" {
		return a.Original
	}
	prefix := a.Training.To
	if prefix == "" {
		prefix = "table"
	}
	return prefix + "-" + digest(manifest)[:10]
}

// manifest lists every file's hash as sha256sum does, so that
// "sha256sum -c MANIFEST" checks an artifact by hand.
func manifest(files []File) []byte {
	var b bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", digest(f.Data), f.Name)
	}
	return b.Bytes()
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// readable writes indented JSON with keys in a fixed order.
func readable(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// check holds for every artifact that is written or read.
func (a *Artifact) check() error {
	switch {
	case a.Churn == nil || a.Clusters == nil || a.Outliers == nil:
		return fmt.Errorf("the artifact lacks a part: churn model, clusters and outliers are needed")
	case len(a.Names) != a.Clusters.K():
		return fmt.Errorf("the artifact has %d names for %d clusters", len(a.Names), a.Clusters.K())
	}
	for _, rule := range []func() error{a.checkPeers, a.checkTargets, a.checkExemplars, a.checkLineage, a.checkOriginal} {
		if err := rule(); err != nil {
			return err
		}
	}
	for i, e := range a.Edits {
		if err := e.check(); err != nil {
			return fmt.Errorf("the artifact's edit %d: %w", i+1, err)
		}
	}
	for _, day := range []string{a.Training.From, a.Training.To} {
		if day == "" {
			continue
		}
		if t, err := time.Parse(time.DateOnly, day); err != nil || t.Format(time.DateOnly) != day {
			return fmt.Errorf("the artifact's training date %q is no date (2006-01-02)", day)
		}
	}
	return nil
}

// namedState is the state of one part.
type namedState struct {
	name  string
	state models.State
}

// stateful is a fitted part.
type stateful interface{ State() (models.State, error) }

func (a *Artifact) states() ([]namedState, error) {
	parts := []struct {
		name string
		part stateful
	}{{churnPart, a.Churn}, {clustersPart, a.Clusters}, {outliersPart, a.Outliers}}
	add := func(name string, part stateful) {
		parts = append(parts, struct {
			name string
			part stateful
		}{name, part})
	}
	if a.Path != nil {
		add(pathPart, a.Path)
	}
	if a.Peers != nil {
		add(peersPart, a.Peers)
	}
	if a.Behaviour != nil {
		add(behaviourPart, a.Behaviour)
	}
	for _, t := range a.Targets {
		add(targetPart(t.Name), t.Model)
	}
	var out []namedState
	for _, p := range parts {
		s, err := p.part.State()
		if err != nil {
			return nil, fmt.Errorf("artifact part %q: %w", p.name, err)
		}
		out = append(out, namedState{p.name, s})
	}
	return out, nil
}
