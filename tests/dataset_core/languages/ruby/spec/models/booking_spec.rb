require 'rails_helper'

RSpec.describe Booking do
  let(:room) { create(:room) }

  describe '#overlaps?' do
    it 'sees the same night' do
      expect(build(:booking, room: room)).to be_overlaps(build(:booking, room: room))
    end
  end
end
