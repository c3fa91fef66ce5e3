package org.trapnest.machine;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The declared memory of a model, ordered by address. */
public final class MemoryMap {
  private final Region[] regions;
  private final long[] bases;

  public MemoryMap(List<Region> regions) {
    this.regions =
        regions.stream()
            .sorted(Comparator.comparing(Region::base, Long::compareUnsigned))
            .toArray(Region[]::new);
    this.bases = new long[this.regions.length];
    for (int i = 0; i < bases.length; i++) {
      bases[i] = this.regions[i].base();
    }
  }

  /** All regions in the order of their addresses. */
  public List<Region> regions() {
    return List.of(regions);
  }

  /** The position in {@link #regions} of the region that holds a byte address, or -1. */
  public int indexOf(long address) {
    int low = 0;
    int high = bases.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(bases[middle], address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high >= 0 && regions[high].contains(address) ? high : -1;
  }

  public Region region(int index) {
    return regions[index];
  }

  public Optional<Region> byName(String name) {
    return java.util.Arrays.stream(regions).filter(r -> r.name().equals(name)).findFirst();
  }
}
