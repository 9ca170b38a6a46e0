package artifact

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/behaviour"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
	"github.com/etappe/etappe/models/peers"
)

// Decode reads an artifact from its files, in the order of Encode. Nothing in
// them is trusted: hashes first, then every count before anything is allocated.
// ErrCorrupt, or ErrVersion for another format.
func Decode(files []File) (*Artifact, error) {
	if len(files) != 3 || files[0].Name != headerFile || files[1].Name != arraysFile || files[2].Name != manifestFile {
		return nil, corrupt("files", "expected %s, %s and %s", headerFile, arraysFile, manifestFile)
	}
	text, numbers := files[0].Data, files[1].Data
	if err := checkManifest(files[2].Data, files[:2]); err != nil {
		return nil, err
	}
	if err := checkFormat(text); err != nil {
		return nil, err
	}
	var head header
	if err := strict(text, &head); err != nil {
		return nil, corrupt(headerFile, "%w", err)
	}
	states, err := head.states(numbers)
	if err != nil {
		return nil, err
	}
	a := &Artifact{Original: head.Original, Fingerprint: head.Fingerprint, Points: head.Points, Names: head.Names, Exemplars: head.Exemplars, Lineage: head.Lineage,
		Training: head.Training, Edits: head.Edits, Metrics: head.Metrics, Catalog: head.Catalog, Report: head.Report}
	for _, f := range head.Fields {
		a.Fields = append(a.Fields, models.Field(f))
	}
	if err := a.restore(states, head.Targets); err != nil {
		return nil, err
	}
	if err := a.check(); err != nil {
		return nil, corrupt(headerFile, "%w", err)
	}
	return a, nil
}

// corrupt describes a fault of one file.
func corrupt(file, format string, args ...any) error {
	return fmt.Errorf("%w: %s: %w", ErrCorrupt, file, fmt.Errorf(format, args...))
}

// checkManifest compares the files with their recorded hashes. The manifest
// must be exactly what these files give.
func checkManifest(text []byte, files []File) error {
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	for i, f := range files {
		if i >= len(lines) {
			return corrupt(manifestFile, "no line for %s", f.Name)
		}
		recorded, name, ok := bytes.Cut(lines[i], []byte("  "))
		if !ok || string(name) != f.Name || len(recorded) != 64 {
			return corrupt(manifestFile, "line %d is not the hash of %s", i+1, f.Name)
		}
		if found := digest(f.Data); found != string(recorded) {
			return corrupt(f.Name, "SHA-256 is %s where %s is expected", found, recorded)
		}
	}
	if !bytes.Equal(text, manifest(files)) {
		return corrupt(manifestFile, "unexpected text after the hashes")
	}
	return nil
}

// checkFormat reads nothing but the format number, which every format has.
func checkFormat(text []byte) error {
	var only struct {
		Format *int `json:"format"`
	}
	if err := json.Unmarshal(text, &only); err != nil {
		return corrupt(headerFile, "%w", err)
	}
	switch {
	case only.Format == nil || *only.Format < 1:
		return corrupt(headerFile, "no format number")
	case *only.Format != format:
		return fmt.Errorf("%w: format %d, this program reads %d", ErrVersion, *only.Format, format)
	}
	return nil
}

// strict decodes one JSON value, refusing unknown keys and further text.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return fmt.Errorf("text after the end")
	}
	return nil
}

// compact undoes the indentation of a part's header, which is opaque here.
func compact(text json.RawMessage) json.RawMessage {
	if text == nil {
		return nil
	}
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		panic(err) // it came out of a decoder
	}
	return b.Bytes()
}

// states cuts the arrays out of their file: they must follow each other without
// a gap and fill it.
func (h *header) states(numbers []byte) (map[string]models.State, error) {
	if len(numbers)%8 != 0 {
		return nil, corrupt(arraysFile, "%d bytes are no whole number of float64", len(numbers))
	}
	total, at := int64(len(numbers)/8), int64(0)
	states := map[string]models.State{}
	for _, p := range h.Parts {
		if _, twice := states[p.Name]; twice {
			return nil, corrupt(headerFile, "part %q stands twice", p.Name)
		}
		s := models.State{Kind: p.Kind, Header: compact(p.Header), Arrays: map[string][]float64{}}
		for _, a := range p.Arrays {
			if _, twice := s.Arrays[a.Name]; twice || a.Offset != at || a.Count < 0 || a.Count > total-at {
				return nil, corrupt(headerFile, "array %q of part %q: %d numbers at %d do not fit into %d",
					a.Name, p.Name, a.Count, a.Offset, total)
			}
			s.Arrays[a.Name] = floats(numbers[8*at : 8*(at+a.Count)])
			at += a.Count
		}
		states[p.Name] = s
	}
	if at != total {
		return nil, corrupt(arraysFile, "%d numbers that no part claims", total-at)
	}
	return states, nil
}

func floats(b []byte) []float64 {
	x := make([]float64, len(b)/8)
	for i := range x {
		x[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return x
}

// restore decodes the parts.
func (a *Artifact) restore(states map[string]models.State, targets []TargetFigures) (err error) {
	parts := 3 + len(targets)
	if a.Churn, err = revive(states, churnPart, additive.FromState); err != nil {
		return err
	}
	if a.Clusters, err = revive(states, clustersPart, cluster.FromState); err != nil {
		return err
	}
	if a.Outliers, err = revive(states, outliersPart, cluster.OutliersFromState); err != nil {
		return err
	}
	if _, ok := states[pathPart]; ok {
		parts++
		if a.Path, err = revive(states, pathPart, path.FromState); err != nil {
			return err
		}
	}
	if _, ok := states[peersPart]; ok {
		parts++
		if a.Peers, err = revive(states, peersPart, peers.FromState); err != nil {
			return err
		}
	}
	if _, ok := states[behaviourPart]; ok {
		parts++
		if a.Behaviour, err = revive(states, behaviourPart, behaviour.FromState); err != nil {
			return err
		}
	}
	if err := a.reviveTargets(states, targets); err != nil {
		return err
	}
	if len(states) != parts {
		return corrupt(headerFile, "%d parts where %d are expected", len(states), parts)
	}
	return nil
}

func revive[T any](states map[string]models.State, name string, from func(models.State) (*T, error)) (*T, error) {
	s, ok := states[name]
	if !ok {
		return nil, corrupt(headerFile, "part %q is missing", name)
	}
	back, err := from(s)
	if err != nil {
		return nil, corrupt("part "+name, "%w", err)
	}
	return back, nil
}
