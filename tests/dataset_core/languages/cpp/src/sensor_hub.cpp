#include "sensor_hub.hpp"

#include <memory>
#include <vector>

using std::string;

namespace lab::sensors {

constexpr int kMaxSensors = 16;

/// Reads one value at a time.
template <typename T>
class Sensor : public Device, private Counted<Sensor<T>> {
public:
    explicit Sensor(std::string name) : name_(std::move(name)) {}
    virtual ~Sensor() = default;

    /// The latest value.
    virtual T read() const = 0;
    const std::string& name() const { return name_; }
    bool operator<(const Sensor& other) const { return name_ < other.name_; }

private:
    std::string name_;
    std::vector<T> history_{};
    static int count_;
};

struct Reading {
    double value = 0.0;
    Unit unit;
};

enum class Unit { Kelvin, Pascal };

using Readings = std::vector<Reading>;

template <typename T>
T clamp(T value, T low, T high) {
    return std::max(low, std::min(value, high));
}

// Asks every sensor once.
Readings SensorHub::poll(const Filter& filter, std::size_t limit) {
    Readings readings;
    for (const auto& sensor : sensors_) {
        if (filter.accepts(*sensor)) {
            readings.push_back(Reading{sensor->read(), Unit::Kelvin});
        }
    }
    auto cached = std::make_unique<Cache>(limit);
    cached->store(readings);
    return readings;
}

SensorHub::~SensorHub() { stop(); }

}  // namespace lab::sensors

int main(int argc, char** argv) {
    lab::sensors::SensorHub hub;
    return hub.poll({}, 1).empty();
}
