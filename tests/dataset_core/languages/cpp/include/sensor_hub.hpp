#pragma once

#include <string>

namespace lab {

class SensorHub final : public Hub {
public:
    SensorHub();
    explicit SensorHub(const Config& config);
    ~SensorHub() override;

    /// Asks every sensor once.
    Readings poll(const Filter& filter, std::size_t limit = 10);
    const std::string& name() const;
    static SensorHub* instance();

protected:
    Config& config_;
    Sensor* sensors_[16];
};

template <typename T>
concept Readable = requires(T value) { value.read(); };

}  // namespace lab
